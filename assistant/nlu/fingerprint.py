"""One hash over the files a component depends on.

Rasa's training cache looks at a component's own source, config and inputs only:
a change in a helper module or a word list would leave the old model in place.
Components return this from `fingerprint_addon`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files_fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash of the contents of `paths`, folders read whole, in a stable order."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.suffix in {".py", ".yml"})
        for file in files if path.is_dir() else [path]:
            digest.update(file.relative_to(path.parent).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
