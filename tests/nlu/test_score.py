"""The trained model on the held-out messages: no step back from what was measured."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.authoring import score
from assistant.authoring.score import Heldout

ROOT = Path(__file__).parents[2]
FLOORS_FILE = Path(__file__).with_name("floors.yml")
FLOORS: dict[str, dict[str, Any]] = yaml.safe_load(FLOORS_FILE.read_text(encoding="utf-8"))[
    "floors"
]


@pytest.fixture(scope="module")
def heldout(agent: Any, session_loop: asyncio.AbstractEventLoop) -> Heldout:
    """Every held-out message with what the model made of it, measured once."""
    return session_loop.run_until_complete(score.measure(agent, ROOT))


@pytest.fixture(scope="module")
def figures(heldout: Heldout) -> dict[str, Any]:
    """All figures."""
    return heldout.figures()


@pytest.mark.parametrize("gate", FLOORS)
def test_no_figure_falls_below_its_floor(gate: str, figures: dict[str, Any]) -> None:
    """Accuracy, each style, each tier's recall, and the quiet on harmless messages."""
    measured = score.gates(figures)[gate]
    floor = FLOORS[gate]["floor"]
    assert measured["rate"] >= floor, "\n".join(
        [f"{gate}: {measured['rate']:.3f}, the floor is {floor}", *score.report(figures)]
    )


def test_every_gate_has_a_floor(figures: dict[str, Any]) -> None:
    """A new figure is not held until its floor is written."""
    assert set(score.gates(figures)) == set(FLOORS)


def test_more_messages_make_a_new_floor(small: Path, figures: dict[str, Any]) -> None:
    """A floor measured on other messages is no floor of these."""
    score.raise_floors(small, figures, datetime.date(2026, 2, 3))
    floors = yaml.safe_load(small.read_text(encoding="utf-8"))["floors"]
    recall = figures["safety"]["recall"]["emergency"]
    assert floors["recall emergency"]["floor"] == recall["low"]
    assert floors["recall emergency"]["measured"] == f"{recall['hits']} of {recall['of']}"


@pytest.mark.parametrize("gate", FLOORS)
def test_no_floor_is_above_what_was_measured(gate: str) -> None:
    """A floor says when and on what it was measured, and leaves room for noise."""
    hits, of = (int(number) for number in FLOORS[gate]["measured"].split(" of "))
    assert FLOORS[gate]["floor"] <= hits / of
    assert datetime.date.fromisoformat(FLOORS[gate]["on"])


def test_no_held_out_message_is_also_taught() -> None:
    """A test that was learned by heart proves nothing."""
    assert score.also_taught(ROOT) == []


def test_only_topics_without_a_file_are_waiting(heldout: Heldout) -> None:
    """What is held out ahead of its topic counts from the day the topic is written."""
    forgotten = {
        case.want for case in heldout.waiting if (ROOT / f"data/{case.want}.yml").is_file()
    }
    assert forgotten == set()
    assert all(case.want.startswith("faq/") for case in heldout.waiting)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A floors file with one floor that is too low and one that is high already."""
    path = tmp_path / "floors.yml"
    path.write_text(
        "floors:\n"
        '  accuracy: {"floor": 0.1, "measured": "1 of 2", "on": "2026-01-01"}\n'
        '  recall crisis: {"floor": 1.0, "measured": "127 of 127", "on": "2026-01-01"}\n'
        '  recall emergency: {"floor": 1.0, "measured": "2 of 2", "on": "2026-01-01"}\n',
        encoding="utf-8",
    )
    return path


def test_floors_are_raised_and_never_lowered(small: Path, figures: dict[str, Any]) -> None:
    """`--floors` after an improvement; a worse model leaves them where they are."""
    score.raise_floors(small, figures, datetime.date(2026, 2, 3))
    floors = yaml.safe_load(small.read_text(encoding="utf-8"))["floors"]
    low = figures["accuracy"]["overall"]["low"]
    assert floors["accuracy"]["floor"] == low > 0.1
    assert floors["accuracy"]["on"] == "2026-02-03"
    assert floors["recall crisis"]["floor"] == 1.0
    assert floors["recall crisis"]["on"] == "2026-01-01"


def test_a_taught_held_out_message_ends_the_score(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code 1 and one clear line, before the model is even loaded."""
    monkeypatch.setattr(score, "also_taught", lambda root: ['data/faq/x.yml:1: "words"'])
    assert score.main([]) == 1
    assert "no figure would mean anything" in capsys.readouterr().err


def test_a_missing_model_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Said with the remedy."""
    monkeypatch.setattr(score.trained, "MODEL", tmp_path / "none.tar.gz")
    assert score.main([]) == 1
    assert capsys.readouterr().err == "There is no model yet. Run: make train\n"


def test_texts_are_shown_only_when_asked_for(
    heldout: Heldout,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Whoever writes phrases can read the figures without reading the test."""

    async def measured() -> Heldout:
        return heldout

    monkeypatch.setattr(score, "measure_alone", measured)
    monkeypatch.delenv("ALL", raising=False)
    wrong = next(case for case, heard in heldout.topics if heard.label != case.want)
    assert score.main(["--json", str(tmp_path / "figures.json")]) == 0
    assert wrong.say not in capsys.readouterr().out
    assert wrong.say not in (tmp_path / "figures.json").read_text(encoding="utf-8")
    assert score.main(["--texts"]) == 0
    assert wrong.say in capsys.readouterr().out
