"""The hazard log fits the tests, its page shows both, and a proof says what it did not show."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from assistant.authoring import hazards
from assistant.authoring.hazards import Hazard, Shown, Switch
from tests.safety.controls import SWITCHES

LOG = hazards.load()
NUMBERS = [f"H{number}" for number in range(1, 26)]
A_TEST = "tests/x/test_x.py::test_a_flag_is_found"
ONE = Hazard(
    id="H3",
    hazard="A flag is lost",
    cause="a form",
    harm="delay",
    severity="S5",
    control="a check",
    code=("assistant/safety/detector.py",),
    before="likely",
    after="unlikely",
    residual="the rest",
    switches=(Switch("word_rules", "nothing is found"),),
)


def test_the_log_holds_each_hazard_once_in_order() -> None:
    """Twenty-five, as the safety specification numbers them."""
    assert [hazard.id for hazard in LOG] == NUMBERS


def test_each_hazard_has_a_test() -> None:
    """Or says why there is none yet; and no test names a hazard that is not in the log."""
    assert hazards.faults(LOG, hazards.marked_tests()) == []


def test_the_page_shows_log_and_tests_of_today() -> None:
    """Whoever changes either runs `make hazards`."""
    page = (hazards.ROOT / hazards.PAGE.path).read_text(encoding="utf-8")
    made = hazards.render(LOG, hazards.marked_tests(), hazards.load_proof())
    assert page == made, hazards.PAGE.old


def test_each_switch_is_there_and_used() -> None:
    """The log names functions of controls.py, and all of them."""
    assert {switch.off for hazard in LOG for switch in hazard.switches} == set(SWITCHES)


@pytest.mark.parametrize("hazard", LOG, ids=lambda hazard: hazard.id)
def test_each_entry_is_whole(hazard: Hazard) -> None:
    """Its places exist, its severity is one of five, and its judgements are words of the scale."""
    assert [path for path in hazard.code if not (hazards.ROOT / path).is_file()] == []
    assert hazard.severity in {"S1", "S2", "S3", "S4", "S5"}
    assert {hazard.before, hazard.after} <= {"likely", "possible", "unlikely", "very unlikely"}
    assert hazard.residual.endswith(".")


def test_marks_are_read_from_the_files(tmp_path: Path) -> None:
    """A mark in either spelling counts, several on one test too, and other decorators do not."""
    folder = tmp_path / "tests" / "x"
    folder.mkdir(parents=True)
    (folder / "test_x.py").write_text(
        'hazard = pytest.mark.hazard\n@hazard("H1")\n@pytest.mark.hazard("H2")\ndef test_a(): ...\n'
        '@pytest.mark.skip("H3")\ndef test_b(): ...\n@hazard("H1")\nasync def test_c(): ...\n',
        encoding="utf-8",
    )
    place = "tests/x/test_x.py::"
    found = hazards.marked_tests(tmp_path)
    assert found == {"H1": [f"{place}test_a", f"{place}test_c"], "H2": [f"{place}test_a"]}


@pytest.mark.parametrize(
    ("hazard", "tests", "says"),
    [
        (ONE, {"H3": [A_TEST]}, None),
        (ONE, {}, "H3 has no test"),
        (dataclasses.replace(ONE, open="later"), {}, None),
        (dataclasses.replace(ONE, open="later"), {"H3": [A_TEST]}, "Take its `open:` out"),
        (dataclasses.replace(ONE, switches=()), {"H3": [A_TEST]}, "H3 has no switch"),
        (ONE, {"H3": [A_TEST], "H9": [A_TEST]}, "no H9 in"),
    ],
)
def test_a_gap_between_log_and_tests_is_named(
    hazard: Hazard, tests: dict[str, list[str]], says: str | None
) -> None:
    """Each fault says what to do."""
    found = hazards.faults([hazard], tests)
    assert len(found) == (says is not None)
    assert all(str(says) in fault for fault in found)


def run(off: str, *, failed: bool, meant: bool = True, case: str = "1") -> dict[str, Any]:
    """Return what the plugin writes of one case."""
    return {
        "test": A_TEST,
        "case": f"{A_TEST}[{case}-{off}]",
        "hazards": ["H3"],
        "off": off,
        "failed": failed,
        "meant": meant and failed,
    }


GREEN = run(hazards.NOTHING_OFF, failed=False)


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([GREEN, run("word_rules", failed=True), run("word_rules", failed=False, case="2")], []),
        ([GREEN, run("word_rules", failed=False)], ["stays green", "no test fails"]),
        ([GREEN, run("word_rules", failed=True, meant=False)], ["stays green", "no test fails"]),
        (
            [run(hazards.NOTHING_OFF, failed=True), run("word_rules", failed=True)],
            ["every control on"],
        ),
        ([], ["stays green", "no test fails"]),
    ],
    ids=["shown", "green", "broke instead", "red anyway", "never ran"],
)
def test_a_proof_names_what_it_did_not_show(results: list[dict[str, Any]], says: list[str]) -> None:
    """Only a test that passes with the control and fails by assertion without it shows anything."""
    _, wrong = hazards.read_results([ONE], {"H3": [A_TEST]}, results)
    assert len(wrong) == len(says)
    assert [part for part, line in zip(says, wrong, strict=True) if part not in line] == []


def test_a_proof_counts_the_cases_that_went_red() -> None:
    """One of two is told as one of two."""
    results = [run("word_rules", failed=True), run("word_rules", failed=False, case="2")]
    proof, _ = hazards.read_results([ONE], {"H3": [A_TEST]}, [GREEN, *results])
    assert proof["H3"]["shown"] == [vars(Shown(A_TEST, "word_rules", 1, 2))]
    page = hazards.render([ONE], {"H3": [A_TEST]}, proof)
    assert "nothing is found (`word_rules`) | 1 of 2" in page
    assert "not shown yet" in hazards.render([ONE], {"H3": [A_TEST]}, {})


def test_a_control_is_really_switched_off() -> None:
    """One hazard is proven each time; `make prove-hazards` does all of them."""
    (chosen,) = (hazard for hazard in LOG if hazard.id == "H23")
    proof, wrong = hazards.prove([chosen], hazards.marked_tests())
    assert wrong == []
    assert {row["off"] for row in proof["H23"]["shown"]} == {
        switch.off for switch in chosen.switches
    }
