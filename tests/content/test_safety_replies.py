"""The page of all safety replies, made by `make safety-replies`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from assistant.authoring import safety_replies
from assistant.authoring.project import load

ROOT = Path(__file__).parents[2]
PAGE = ROOT / safety_replies.PAGE.path


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The content alone, in a folder of its own."""
    for name in ("domain.yml", "data", "assistant", "docs"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, path)
    return tmp_path


def test_the_page_shows_the_replies_of_today() -> None:
    """Make it again with `make safety-replies`."""
    assert PAGE.read_text(encoding="utf-8") == safety_replies.render(load(ROOT))


def test_every_wording_is_shown_with_its_numbers_filled() -> None:
    """One row a wording, and no placeholder is left in a reply."""
    project = load(ROOT)
    replies = PAGE.read_text(encoding="utf-8").split("## Emergency")[1]
    wordings = sum(len(project.responses[key]) for key in safety_replies._keys(project))
    assert len(re.findall(r"^\| \d+ \|", replies, re.MULTILINE)) == wordings
    assert re.findall(r"\{[a-z_]+\}", replies) == []
    assert "999 (UK)" in replies and "911 (US, Canada)" in replies


def test_what_is_told_of_a_reply_is_told_of_one_that_exists() -> None:
    """A reply that was taken away leaves no line behind."""
    told = yaml.safe_load(safety_replies.WHEN.read_text(encoding="utf-8"))
    assert set(told) <= set(safety_replies._keys(load(ROOT)))


def test_a_changed_reply_makes_the_page_old(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said with the command; once made again it is new, and a signature is counted."""
    assert safety_replies.main([str(copied), "--check"]) == 0
    domain = copied / "domain.yml"
    text = domain.read_text(encoding="utf-8")
    signed = 'reviewed: "2026-12-01", reviewer: "a name"'
    domain.write_text(text.replace("reviewed: null", signed, 1), encoding="utf-8")
    assert safety_replies.main([str(copied), "--check"]) == 1
    assert (
        capsys.readouterr().out == "docs/safety/replies.md: out of date. Run make safety-replies.\n"
    )
    assert safety_replies.main([str(copied)]) == 0
    assert safety_replies.main([str(copied), "--check"]) == 0
    page = (copied / safety_replies.PAGE.path).read_text(encoding="utf-8")
    before = PAGE.read_text(encoding="utf-8")
    count = re.compile(r"\*\*(\d+) of \d+ wordings are signed")
    assert int(count.findall(page)[0]) == int(count.findall(before)[0]) + 1


def test_another_country_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without touching the page."""
    assert safety_replies.main([str(ROOT), "--region", "NZ"]) == 0
    shown = capsys.readouterr().out.split("## Emergency")[1]
    assert "Please call 111 (New Zealand) now" in shown
    assert "999" not in shown
