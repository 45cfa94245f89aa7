"""The page of all topics shows the content as it is, and says so when it no longer does."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from assistant.authoring import check, topics
from assistant.authoring.project import load
from tests.content.small_project import FILES, TODAY, write

ROOT = Path(__file__).parents[2]
CAFFEINE = "data/faq/caffeine.yml"
TITLES = "data/control/titles.yml"
ENTRIES = yaml.safe_load((ROOT / TITLES).read_text(encoding="utf-8"))["titles"]
TOPICS = sorted(key.removeprefix("faq/") for key in ENTRIES if key.startswith("faq/"))
WARNING = "docs/authors/topics.md:1: warning: out of date. Run make topics."


def _made(root: Path) -> str:
    """Make the page of a small project; return its text."""
    write(root, FILES)
    assert topics.main([str(root)]) == 0
    return (root / topics.PAGE.path).read_text(encoding="utf-8")


def _block(page: str, topic: str) -> str:
    """Return what the page says under the heading of a topic."""
    return page.split(f"\n## {topic}\n")[1].split("\n## ")[0]


def _add_a_phrase(root: Path) -> None:
    text = FILES[CAFFEINE].replace("    examples: |\n", "    examples: |\n      - and tea\n")
    write(root, {CAFFEINE: text})


def test_kept_page_shows_the_content() -> None:
    """The page in this repository is the one its content makes."""
    assert topics.main([str(ROOT), "--check"]) == 0


def test_row_counts_what_the_file_holds(tmp_path: Path) -> None:
    """A row links the file and the block, and gives title, counts and dates."""
    assert (
        "| [caffeine](../../data/faq/caffeine.yml) | [Does caffeine matter?](#caffeine)"
        " | Coffee and twitching | 1 | 31 | 2 | 2026-11-22 | no |"
    ) in _made(tmp_path)


def test_block_holds_facts_sources_buttons_and_checks(tmp_path: Path) -> None:
    """Under a topic stand its first sentence, each fact with its text, and where it leads."""
    block = _block(_made(tmp_path), "caffeine")
    assert "\n> It can.\n" in block
    assert "- F001 Coffee can matter.\n" in block
    assert "**Sources:** An article\n" in block
    assert '**Buttons:** "What about sleep?": [sleep](#sleep) · "Say hello": `greet`\n' in block
    assert '- "would caffeine be the reason"\n' in block
    assert '- "my arm went numb after caffeine": `greet`' in block


def test_neighbours_are_shown_on_both_sides(tmp_path: Path) -> None:
    """What one topic leaves to another is said in both blocks."""
    page = _made(tmp_path)
    assert "- [sleep](#sleep) for sleep" in _block(page, "caffeine")
    assert "- [caffeine](#caffeine); here for sleep" in _block(page, "sleep")


def test_neighbours_who_name_each_other_share_a_line(tmp_path: Path) -> None:
    """Both halves of `not:`, and a deed beside a topic, are told apart in one line each."""
    titles = FILES[TITLES].replace(
        'faq/sleep: {title: "Sleep and twitching"',
        'faq/sleep: {title: "Sleep and twitching", not: "late coffee (faq/caffeine); a nap now (greet)"',
    )
    write(tmp_path, {**FILES, TITLES: titles})
    found = topics.neighbours(load(tmp_path), "sleep")
    assert found == {
        "faq/caffeine": topics.Neighbour(there=["late coffee"], here=["sleep"]),
        "greet": topics.Neighbour(there=["a nap now"]),
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_every_neighbour_of_the_real_titles_is_read(topic: str) -> None:
    """No part of a `not:` line is lost: each names what is asked, and a label that exists."""
    project = load(ROOT)
    beside = topics.neighbours(project, topic)
    parts = ENTRIES[f"faq/{topic}"]["not"].split(";")
    read = {about for near in beside.values() for about in near.there}
    assert read == {part.rpartition(" (")[0].strip() for part in parts}
    labels = {label.removeprefix("faq/") for label in beside}
    assert labels - project.topics.keys() - project.names("intents").keys() == set()


def test_fact_of_another_topic_says_whose_it_is(tmp_path: Path) -> None:
    """A borrowed fact links its home."""
    fact = 'facts:\n  - id: F001\n    topic: sleep\n    fact: "Coffee can matter."\n'
    write(tmp_path, {**FILES, "docs/authors/facts.yml": fact})
    page = topics.render(load(tmp_path))
    assert "F001 Coffee can matter. (of [sleep](#sleep))" in _block(page, "caffeine")
    assert "F001 Coffee can matter.\n" in _block(page, "sleep")


def test_review_counts_only_when_every_wording_has_one(tmp_path: Path) -> None:
    """One reviewed wording of two is said as such; the oldest of two reviews is the date."""
    signed = 'reviewed: "2026-12-0{}"\n        reviewer: "A"'
    one = FILES[CAFFEINE].replace("reviewed: null\n    - text", signed.format(2) + "\n    - text")
    write(tmp_path, {**FILES, CAFFEINE: one})
    assert "| 1 of 2 wordings |" in topics.render(load(tmp_path))
    write(tmp_path, {CAFFEINE: one.replace("reviewed: null", 'reviewed: "2026-12-01"')})
    assert "| 2026-12-01 |" in topics.render(load(tmp_path))


def test_words_are_shown_as_typed(tmp_path: Path) -> None:
    """A bar or a star in a question neither breaks the table nor becomes markup."""
    odd = FILES[CAFFEINE].replace("# Does caffeine matter?", "# Tea | coffee, *really*?")
    write(tmp_path, {**FILES, CAFFEINE: odd})
    assert r"[Tea \| coffee, \*really\*?](#caffeine)" in topics.render(load(tmp_path))


def test_old_page_is_a_warning_while_writing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One phrase more changes a count: the author is told, and not stopped."""
    _made(tmp_path)
    command = [str(tmp_path), "--today", TODAY]
    assert check.main(command) == 0
    assert "warning" not in capsys.readouterr().out.splitlines()[0]
    _add_a_phrase(tmp_path)
    assert check.main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        WARNING,
        "12 files checked: 0 errors, 1 warning.",
    ]
    assert check.main([*command, "--release"]) == 1


def test_old_page_fails_before_a_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check`, which `make check` runs, fails for an old or missing page and writes nothing."""
    page = _made(tmp_path)
    assert topics.main([str(tmp_path), "--check"]) == 0
    _add_a_phrase(tmp_path)
    capsys.readouterr()
    assert topics.main([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == "docs/authors/topics.md: out of date. Run make topics.\n"
    assert (tmp_path / topics.PAGE.path).read_text(encoding="utf-8") == page
    (tmp_path / topics.PAGE.path).unlink()
    assert topics.main([str(tmp_path), "--check"]) == 1
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "assistant.authoring.topics --check" in makefile.split("\ncheck:")[1].split("\n\n")[0]


def test_unreadable_file_is_left_to_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a file cannot be read the page is neither made nor called old."""
    page = _made(tmp_path)
    write(tmp_path, {CAFFEINE: "nlu: [\n"})
    assert topics.main([str(tmp_path)]) == 1
    assert "Run make check-content." in capsys.readouterr().err
    assert list(topics.up_to_date(load(tmp_path))) == []
    assert (tmp_path / topics.PAGE.path).read_text(encoding="utf-8") == page


def test_page_is_quick_and_loads_no_rasa() -> None:
    """Making the page of the real content takes less than three seconds, and no Rasa."""
    program = (
        "import sys; from assistant.authoring.topics import main; main(['--check']);"
        "sys.exit(any(n.split('.')[0] in ('rasa', 'rasa_sdk', 'spacy') for n in sys.modules))"
    )
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert time.monotonic() - start < 3
