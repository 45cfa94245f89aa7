"""Train the model quietly: Rasa's own command, its progress bars and known noise left out.

    python -m assistant.authoring.train

Everything Rasa says is kept in var/train.log.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOG = ROOT / "var" / "train.log"
LAST_LINES = 15


def main() -> int:
    """Run `rasa train`; return its exit code."""
    LOG.parent.mkdir(exist_ok=True)
    rasa = Path(sys.executable).with_name("rasa")
    command = [str(rasa), "train", "--fixed-model-name", "settle", "--out", "models"]
    began = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        code = subprocess.call(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    if code == 0:
        # Rasa leaves the file alone when nothing it reads has changed: make would train for ever.
        (ROOT / "models" / "settle.tar.gz").touch()
        print(f"Trained in {time.monotonic() - began:.0f} s.", flush=True)
        return 0
    lines = LOG.read_text(encoding="utf-8").replace("\r", "\n").splitlines()
    telling = [line for line in lines if line.strip() and "Processed" not in line]
    print("\n".join(telling[-LAST_LINES:]), file=sys.stderr)
    print("Training failed; the whole output is in var/train.log.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
