"""The hazard log: its page, the tests behind each hazard, and the proof that they can fail.

    python -m assistant.authoring.hazards [--write | --check | --prove [H3 ...]]

The log is docs/safety/hazards.yml; a test joins it by `@hazard("H3")`. `--write` makes
docs/safety/hazards.md of both, `--check` fails when that page is old, and `--prove` runs the tests
of each hazard once more for each control, with that control switched off: some of them must fail.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.authoring.pages import Made

ROOT = Path(__file__).resolve().parents[2]
LOG = Path("docs") / "safety" / "hazards.yml"
PROOF = Path("docs") / "safety" / "hazards-proof.yml"
PAGE = Made("docs/safety/hazards.md", "make hazards")
MARK = "hazard"
NOTHING_OFF = "nothing"
HEAD = """\
# The hazard log
Made by `make hazards` from `docs/safety/hazards.yml` and the tests. Change those, not this page.

What can go wrong, what stands against it, and which tests would fail without it.
Severity is from S1 (minor) to S5 (death). **How likely a hazard is, before and after its control,
is a judgement of the authors (R) and no measurement: a named clinician has yet to confirm each.**
The specification wants S4 and S5 to end very unlikely; the table says where that is not reached.
What was measured, recall and false alarms, `make score` prints.

`make prove-hazards` switches each control off, one at a time, and runs the hazard's tests again.
"Went red" counts the cases of a test that failed then; all of them pass with every control on.
A test that never went red would guard nothing. The switches are the functions of
`tests/safety/controls.py`.
"""
PROOF_HEAD = "# Made by `make prove-hazards`; docs/safety/hazards.md shows it. Do not edit.\n"
WIDE = 10_000


@dataclass(frozen=True)
class Switch:
    """One way to take a control away."""

    off: str
    """A function of tests/safety/controls.py."""
    control: str
    """What is missing then, as the page says it."""


@dataclass(frozen=True)
class Hazard:
    """One entry of the log."""

    id: str
    hazard: str
    cause: str
    harm: str
    severity: str
    control: str
    code: tuple[str, ...]
    """Where the control stands."""
    before: str
    after: str
    residual: str
    switches: tuple[Switch, ...]
    open: str = ""
    """Why no test is there yet. Whoever writes it takes the line out."""


@dataclass(frozen=True, order=True)
class Shown:
    """What one test did with one control off."""

    test: str
    off: str
    red: int
    cases: int


Proof = Mapping[str, Any]
"""Hazard -> {date, shown}, as in the file of `--prove`."""


def load(root: Path = ROOT) -> list[Hazard]:
    """Read the log."""
    entries = yaml.safe_load((root / LOG).read_text(encoding="utf-8"))["hazards"]
    return [_hazard(entry) for entry in entries]


def _hazard(entry: dict[str, Any]) -> Hazard:
    switched_off = entry.pop("switched_off", {})
    switches = tuple(Switch(off, control) for off, control in switched_off.items())
    return Hazard(code=tuple(entry.pop("code")), switches=switches, **entry)


def load_proof(root: Path = ROOT) -> Proof:
    """Read what was shown when the controls were last switched off."""
    path = root / PROOF
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else {}


def marked_tests(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the tests of each hazard as `file::test`, read from the files without running them."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if MARK not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for hazard in _marks(node):
                    name = f"{path.relative_to(root).as_posix()}::{node.name}"
                    found.setdefault(hazard, []).append(name)
    return found


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for call in function.decorator_list:
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        if name == MARK:
            yield from (str(a.value) for a in call.args if isinstance(a, ast.Constant))


def faults(log: Sequence[Hazard], tests: Mapping[str, Sequence[str]]) -> list[str]:
    """Say where log and tests do not fit together."""
    known = {hazard.id for hazard in log}
    found = [f"{test}: no {name} in {LOG}" for name in tests.keys() - known for test in tests[name]]
    for hazard in log:
        has_test = bool(tests.get(hazard.id))
        if not has_test and not hazard.open:
            found.append(f"{hazard.id} has no test. Write one and mark it: @hazard({hazard.id!r}).")
        if has_test and hazard.open:
            found.append(f"{hazard.id} has a test now. Take its `open:` out of {LOG}.")
        if has_test and not hazard.switches:
            found.append(f"{hazard.id} has no switch. Name one of tests/safety/controls.py.")
    return found


# ------------------------------------------------------------------ the page
def render(log: Sequence[Hazard], tests: Mapping[str, Sequence[str]], proof: Proof) -> str:
    """Return the whole page."""
    heads = ("", "Hazard", "S", "Likely before (R)", "Likely after (R)", "Tests", "Seen to fail")
    table = [_row(heads), "|" + "---|" * len(heads)]
    table += [_row(_cells(hazard, tests.get(hazard.id, ()), proof)) for hazard in log]
    blocks = ["\n".join(_block(hazard, tests.get(hazard.id, ()), proof)) for hazard in log]
    return "\n\n".join([HEAD + "\n" + "\n".join(table), *blocks]) + "\n"


def _cells(hazard: Hazard, tests: Sequence[str], proof: Proof) -> Iterator[str]:
    yield f"[{hazard.id}](#{hazard.id.lower()})"
    yield from (hazard.hazard, hazard.severity, hazard.before, hazard.after, str(len(tests)))
    red = {shown.test for shown in _shown(hazard, tests, proof) if shown.red}
    yield f"{len(red)} of {len(tests)}, {_date(hazard, proof)}" if red else "not yet"


def _block(hazard: Hazard, tests: Sequence[str], proof: Proof) -> Iterator[str]:
    yield f"## {hazard.id}\n**{hazard.hazard}**\n"
    yield f"- Cause: {hazard.cause}"
    yield f"- Harm: {hazard.harm} ({hazard.severity})"
    yield f"- Control: {hazard.control}"
    yield f"- In the code: {', '.join(f'`{path}`' for path in hazard.code)}"
    yield f"- Likely before: {hazard.before} (R). After: {hazard.after} (R)."
    yield f"- Left over: {hazard.residual}"
    if hazard.open:
        yield f"- **No test yet:** {hazard.open}"
    if not tests:
        return
    yield "\n| Test | Control switched off | Went red |\n|---|---|---|"
    for test in tests:
        shown = [s for s in _shown(hazard, tests, proof) if s.test == test and s.red]
        for place, one in enumerate(shown):
            control = next((s.control for s in hazard.switches if s.off == one.off), one.off)
            cases = f"{one.red} of {one.cases}"
            yield _row(("" if place else _link(test), f"{control} (`{one.off}`)", cases))
        if not shown:
            yield _row((_link(test), "", "not shown yet"))


def _shown(hazard: Hazard, tests: Sequence[str], proof: Proof) -> list[Shown]:
    rows = (proof.get(hazard.id) or {}).get("shown") or []
    return [shown for row in rows if (shown := Shown(**row)).test in tests]


def _date(hazard: Hazard, proof: Proof) -> str:
    return str((proof.get(hazard.id) or {}).get("date", ""))


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../../{path})"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


# ------------------------------------------------------------------ the proof
def prove(log: Sequence[Hazard], tests: Mapping[str, Sequence[str]]) -> tuple[Proof, list[str]]:
    """Switch the controls of `log` off, one by one; return what was shown and what was not."""
    files = sorted({t.partition("::")[0] for hazard in log for t in tests.get(hazard.id, ())})
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "results.json"
        command = [sys.executable, "-m", "pytest", "-p", "tests.safety.proving", "--tb=no"]
        command += ["--no-header", "-p", "no:cacheprovider", "--prove", str(target)]
        command += ["--hazards", ",".join(hazard.id for hazard in log), *files]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if not target.is_file():
            return {}, [f"The tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"]
        results = json.loads(target.read_text(encoding="utf-8"))
    return read_results(log, tests, results)


def read_results(
    log: Sequence[Hazard], tests: Mapping[str, Sequence[str]], results: Sequence[Mapping[str, Any]]
) -> tuple[Proof, list[str]]:
    """Return what the runs show of each hazard, and every test and switch that shows nothing."""
    proof: dict[str, Any] = {}
    wrong: list[str] = []
    for hazard in log:
        own = [r for r in results if hazard.id in r["hazards"]]
        red_with_all = {r["case"]: r for r in own if r["failed"] and r["off"] == NOTHING_OFF}
        wrong += [f"{hazard.id}: fails with every control on: {case}" for case in red_with_all]
        rows = sorted(_rows(hazard, own))
        for test in tests.get(hazard.id, ()):
            if not any(row.red for row in rows if row.test == test):
                wrong.append(f"{hazard.id}: stays green with every control off: {test}")
        for switch in hazard.switches if tests.get(hazard.id) else ():
            if not any(row.red for row in rows if row.off == switch.off):
                wrong.append(f"{hazard.id}: no test fails with `{switch.off}` off")
        shown = [vars(row) for row in rows if row.red]
        proof[hazard.id] = {"date": datetime.date.today().isoformat(), "shown": shown}
    return proof, wrong


def _rows(hazard: Hazard, results: Sequence[Mapping[str, Any]]) -> Iterator[Shown]:
    for switch in hazard.switches:
        runs = [r for r in results if r["off"] == switch.off]
        for test in {r["test"] for r in runs}:
            cases = {r["case"] for r in runs if r["test"] == test}
            red = {r["case"] for r in runs if r["test"] == test and r["failed"] and r["meant"]}
            yield Shown(test, switch.off, len(red), len(cases))


def _print(log: Sequence[Hazard], proof: Proof, wrong: Sequence[str]) -> None:
    print(f"{'':4}  {'control switched off':38}  tests that went red")
    for hazard in log:
        for switch in hazard.switches:
            rows = (proof.get(hazard.id) or {}).get("shown") or []
            red = [row["test"].partition("::")[2] for row in rows if row["off"] == switch.off]
            print(f"{hazard.id:4}  {switch.off:38}  {', '.join(red) or '-'}")
    for line in wrong:
        print(line)
    if not wrong:
        print("Every test failed with some control off, and every control was missed by some test.")


def _keep(proof: Proof) -> None:
    """Write the proof of these hazards beside what is known of the others."""
    whole = {**load_proof(), **proof}
    ordered = {hazard.id: whole[hazard.id] for hazard in load() if hazard.id in whole}
    text = yaml.safe_dump(ordered, sort_keys=False, width=WIDE, allow_unicode=True)
    (ROOT / PROOF).write_text(PROOF_HEAD + text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the page, or prove the tests; return 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="make hazards", description="The hazard log.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="make the page (the default)")
    what.add_argument("--check", action="store_true", help="write nothing, fail when it is old")
    what.add_argument("--prove", nargs="*", metavar="H3", help="switch the controls off")
    parser.add_argument("--keep", action="store_true", help="with --prove: keep it on the page")
    options = parser.parse_args(arguments)
    log, tests = load(), marked_tests()
    if found := faults(log, tests):
        print("\n".join(found), file=sys.stderr)
        return 1
    wrong: list[str] = []
    if options.prove is not None:
        wanted = options.prove or tests
        chosen = [hazard for hazard in log if hazard.id in tests and hazard.id in wanted]
        proof, wrong = prove(chosen, tests)
        _print(chosen, proof, wrong)
        if wrong or not options.keep:
            return 1 if wrong else 0
        _keep(proof)
    page = render(log, tests, load_proof())
    if options.check:
        return PAGE.check(ROOT, page)
    count = f"{len(log)} hazards, {len(set(sum(tests.values(), [])))} tests"
    return PAGE.write(ROOT, page, count)


if __name__ == "__main__":
    raise SystemExit(main())
