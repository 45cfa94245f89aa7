"""Time this assistant beside the pipeline `rasa init` writes, same data, one run.

    python -m assistant.authoring.bench [--seconds 8] [--phrases 15] [--no-stock] [--write]

Both are trained, started and asked over loopback by this one program; quote the
ratios, not the single figures: they move with the machine. Both get the same few
short phrases a label, or stock Rasa would train for hours: with 10 phrases a label,
long posts among them, its DIETClassifier took 440 s of 530 (measured alone). `--write`
keeps the table in docs/operate/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operate" / "performance.md"
COPIED = ("data", "assistant", "actions", "domain.yml", "config.yml")
EDITED = Path("data/faq/caffeine.yml")
MOST_WORDS = 35
TURNS_PER_PERSON = 10
SENDERS = (1, 8, 32)
START_LIMIT = 240
QUESTIONS = (
    "hello there",
    "why does my worry make muscles jump",
    "is a jumping eyelid anything bad",
    "does coffee do this",
    "how long until it goes",
    "thank you",
    "would magnesium help me",
    "i keep thinking of als",
    "when do i go and see somebody about it",
    "bye now",
)
# The pipeline `rasa init` of Rasa 3.6.21 uses when nothing else is said. Its two neural policies
# (TED, UnexpecTED) are left out to spare time.
STOCK = """
recipe: default.v1
assistant_id: stock
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
  - {name: DIETClassifier, epochs: 100, constrain_similarities: true}
  - name: EntitySynonymMapper
  - {name: ResponseSelector, epochs: 100, constrain_similarities: true}
  - {name: FallbackClassifier, threshold: 0.3, ambiguity_threshold: 0.1}
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
"""
STORE = "tracker_store: {type: SQL, dialect: sqlite, db: conversations.db}\n"


@dataclass(frozen=True)
class Answer:
    """How long one request took, and whether it brought no words at all."""

    seconds: float
    silent: bool


@dataclass
class Subject:
    """One of the two assistants and what was measured of it."""

    name: str
    folder: Path
    endpoints: str
    credentials: str
    config: str | None = None
    figures: dict[str, float] = field(default_factory=dict)


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each load cell")
    parser.add_argument("--phrases", type=int, default=15, help="most training phrases a label")
    parser.add_argument("--no-stock", action="store_true", help="leave the comparison out")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/operate/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="settle-bench-") as name:
        subjects = [ours(Path(name))] + ([] if options.no_stock else [stock(Path(name))])
        for subject in subjects:
            try:
                measure(subject, options.seconds, options.phrases)
            except RuntimeError as fault:
                print(f"{subject.name}: {fault}", file=sys.stderr)
                return 1
    table = as_table(subjects)
    print(table)
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(table, options.phrases), encoding="utf-8")
        print(f"Written to {PAGE.relative_to(ROOT)}.")
    return 0


def ours(base: Path) -> Subject:
    """Return this assistant, in a clean copy."""
    nlg = "nlg: {type: assistant.nlu.wording.Wording}\n"
    channel = "assistant.channels.rest.RestChannel:\n"
    return Subject("Settle", base / "settle", nlg + STORE, channel)


def stock(base: Path) -> Subject:
    """Return stock Rasa with the same data."""
    return Subject("rasa init", base / "stock", STORE, "rest:\n", STOCK)


def measure(subject: Subject, seconds: float, phrases: int) -> None:
    """Fill the figures of `subject`."""
    prepare(subject)
    for file in (subject.folder / "data").rglob("*.yml"):
        keep_phrases(file, phrases)
    subject.figures["train, clean (s)"] = train(subject)
    change_answer(subject.folder / EDITED)
    subject.figures["train, one answer changed (s)"] = train(subject)
    port = free_port()
    began = time.monotonic()
    server = serve(subject, port)
    try:
        first_answer(server, port)
        subject.figures["start to first answer (s)"] = time.monotonic() - began
        url = f"http://127.0.0.1:{port}"
        subject.figures |= asyncio.run(load(url, seconds))
        subject.figures["memory after load (MB)"] = memory_mb(server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def prepare(subject: Subject) -> None:
    """Copy the content into an empty folder, caches left behind."""
    subject.folder.mkdir(parents=True)
    for name in COPIED:
        source, target = ROOT / name, subject.folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    if subject.config:
        (subject.folder / "config.yml").write_text(subject.config, encoding="utf-8")
    (subject.folder / "endpoints.yml").write_text(subject.endpoints, encoding="utf-8")
    (subject.folder / "credentials.yml").write_text(subject.credentials, encoding="utf-8")


def keep_phrases(file: Path, most: int) -> None:
    """Keep `most` short phrases of each label in `file`, spread over the whole list."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    blocks = content.get("nlu") or []
    share: dict[str, list[str]] = {}
    for block in blocks:
        lines = [row for row in block["examples"].splitlines() if len(row.split()) <= MOST_WORDS]
        share.setdefault(block["intent"], []).extend(lines)
    for block in blocks:
        lines = share.pop(block["intent"], [])
        block["examples"] = "\n".join(lines[:: max(1, len(lines) // most)][:most]) + "\n"
    content["nlu"] = [block for block in blocks if block["examples"].strip()]
    if blocks:
        write_yaml(file, content)


class _Blocks(yaml.SafeDumper):
    """Lines of phrases stay an `examples: |` block, which is how authors write them."""


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Blocks.add_representer(str, _as_block)


def write_yaml(file: Path, content: dict[str, Any]) -> None:
    """Write `content` as YAML that Rasa and our own reader read the same way."""
    text = yaml.dump(content, Dumper=_Blocks, sort_keys=False, allow_unicode=True, width=10_000)
    file.write_text(text, encoding="utf-8")


def change_answer(file: Path) -> None:
    """Change one answer as an author would."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    variant = content["responses"][f"utter_faq/{file.stem}"][0]
    variant["text"] += " This sentence is new."
    write_yaml(file, content)


def train(subject: Subject) -> float:
    """Train with plain `rasa train`; return seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [rasa(), "train", "--fixed-model-name", "bench"],
        cwd=subject.folder,
        env=quiet(),
        capture_output=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"training failed: {done.stderr.decode(errors='replace')[-500:]}")
    return time.monotonic() - began


def serve(subject: Subject, port: int) -> subprocess.Popen[bytes]:
    """Start plain `rasa run`."""
    command = [rasa(), "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--model", "models/bench.tar.gz"]
    with (subject.folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=subject.folder,
            env=quiet(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def first_answer(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until one question is answered with words."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": QUESTIONS[0]}).encode()
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                if json.load(response):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


async def load(url: str, seconds: float) -> dict[str, float]:
    """Return parse and turn times at each number of senders."""
    figures: dict[str, float] = {}
    silent = said = 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        await turns(client, url, 1, 2.0)  # warm-up, not counted
        parses = await one_by_one(client, f"{url}/model/parse", seconds)
        figures |= times("parse", parses)
        for senders in SENDERS:
            answers = await turns(client, url, senders, seconds)
            taken = [a.seconds for a in answers]
            figures |= times(f"turn, {senders} at once", taken)
            figures[f"turns a second, {senders} at once"] = len(taken) / seconds
            silent += sum(a.silent for a in answers)
            said += len(answers)
    figures["turns left without words (%)"] = 100 * silent / said
    return figures


async def one_by_one(client: aiohttp.ClientSession, url: str, seconds: float) -> list[float]:
    """Ask for parses one after the other."""
    taken: list[float] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        # A number at the end: a text said before would come from the encoder's memory.
        text = f"{QUESTIONS[len(taken) % len(QUESTIONS)]} {len(taken)}"
        taken.append((await ask(client, url, {"text": text})).seconds)
    return taken


async def turns(
    client: aiohttp.ClientSession, url: str, senders: int, seconds: float
) -> list[Answer]:
    """Let `senders` people talk at once, ten turns a conversation."""
    ends = time.monotonic() + seconds
    answers: list[Answer] = []

    async def person(number: int) -> None:
        count = 0
        sender = uuid.uuid4().hex
        while time.monotonic() < ends:
            if count and count % TURNS_PER_PERSON == 0:
                sender = uuid.uuid4().hex
            text = f"{QUESTIONS[count % len(QUESTIONS)]} {number} {count}"
            message = {"sender": sender, "message": text}
            answers.append(await ask(client, f"{url}/webhooks/rest/webhook", message))
            count += 1

    await asyncio.gather(*(person(number) for number in range(senders)))
    return answers


async def ask(client: aiohttp.ClientSession, url: str, body: dict[str, str]) -> Answer:
    """Send one request and time it."""
    began = time.monotonic()
    async with client.post(url, json=body) as response:
        answer = await response.json()
        if response.status != 200:
            raise RuntimeError(f"{url} answered {response.status}")
    return Answer(time.monotonic() - began, not answer)


def times(name: str, taken: list[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    ordered = sorted(taken)
    at = {50: ordered[len(ordered) // 2], 95: ordered[int(len(ordered) * 0.95)]}
    return {f"{name}, p{p} (ms)": value * 1000 for p, value in at.items()}


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in MB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(row for row in status.splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def as_table(subjects: list[Subject]) -> str:
    """Return the figures side by side, with ratios."""
    names = [s.name for s in subjects]
    ratio = len(subjects) > 1
    head = ["figure", *names] + ([f"{names[0]} / {names[1]}"] if ratio else [])
    rows = [head, ["---"] * len(head)]
    for key in subjects[0].figures:
        values = [s.figures[key] for s in subjects]
        cells = [key, *(f"{value:.1f}" for value in values)]
        rows.append(cells + ([ratio_of(*values)] if ratio else []))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ratio_of(value: float, other: float) -> str:
    """Return `value` by `other`, or a dash where nothing can be divided."""
    return f"{value / other:.2f}" if other else "-"


def page(table: str, phrases: int) -> str:
    """Return the document that keeps the table."""
    return (
        "# How fast it is\n\n"
        "Made by `make bench`: this assistant beside Rasa 3.6.21 with the pipeline `rasa init`\n"
        "writes, trained on the same data, started and asked over loopback in one run. Compare\n"
        "within the table only: single figures move with the machine, ratios much less.\n\n"
        f"Both have {phrases} phrases a label, none of more than {MOST_WORDS} words, and stock\n"
        "Rasa goes without its two neural policies, to shorten its training: with long posts\n"
        "among 10 phrases a label it trained for 530 s, 440 s of them in DIETClassifier.\n"
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, one server.\n\n"
        f"{table}\n"
    )


def rasa() -> str:
    """Return the rasa command of this environment."""
    return str(Path(sys.executable).with_name("rasa"))


def quiet() -> dict[str, str]:
    """Return the environment the commands run in."""
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
