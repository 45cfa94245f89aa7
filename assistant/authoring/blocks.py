"""A page in pieces that is written twice: as Markdown for the repository, as HTML to look at.

Pure. Words of authors may hold `code`, **bold** and [links](to); words of other people are
`Said` and come out letter by letter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&])")
_CODE, _BOLD = re.compile(r"`([^`]+)`"), re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2326;background:#fff;max-width:60rem;
margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{margin-top:2.5rem;border-top:1px solid #d5dbde;padding-top:1.2rem}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
th,td{border-bottom:1px solid #d5dbde;padding:.3rem .7rem;text-align:left;vertical-align:top}
th{background:#f2f5f6}code{background:#f2f5f6;padding:0 .2rem}svg{max-width:100%;height:auto}
details{border:1px solid #b3541e;border-radius:4px;padding:.6rem 1rem;margin:1rem 0}
summary{font-weight:600;color:#8a3b0f;cursor:pointer}
"""


class Said(str):
    """Words that somebody said: never read as markup."""


@dataclass(frozen=True)
class Head:
    """A heading; level 1 is the title of the page."""

    words: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True)
class Table:
    """Rows of cells below a row of headings."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """An SVG, shown in HTML alone: the table beside it says the same."""

    svg: str


@dataclass(frozen=True)
class Fold:
    """Blocks that stay shut until somebody opens them."""

    title: str
    blocks: Sequence[Block]


Block = Head | Text | Table | Picture | Fold


def headings(markdown: str) -> list[str]:
    """Return the heading lines of a Markdown page."""
    return [line for line in markdown.splitlines() if line.startswith("#")]


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return the page as Markdown."""
    written = (_markdown(block) for block in blocks)
    return "\n\n".join(filter(None, written)) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Head):
        return f"{'#' * block.level} {block.words}"
    if isinstance(block, Text):
        return _md(block.words)
    if isinstance(block, Table):
        rows = [block.head, ["---"] * len(block.head), *block.rows]
        return "\n".join(f"| {' | '.join(map(_md, row))} |" for row in rows)
    if isinstance(block, Fold):
        inside = as_markdown(block.blocks)
        return f"<details>\n<summary>{html.escape(block.title)}</summary>\n\n{inside}\n</details>"
    return ""


def escaped(words: str) -> str:
    """Return words for Markdown, with nothing in them that it would take for markup."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def _md(words: str) -> str:
    return escaped(words) if isinstance(words, Said) else words


def as_html(blocks: Sequence[Block]) -> str:
    """Return the page as one HTML file: no script, and nothing is fetched."""
    title = next(b.words for b in blocks if isinstance(b, Head) and b.level == 1)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(map(_html, blocks)) + "\n</body>\n</html>\n"


def _html(block: Block) -> str:
    if isinstance(block, Head):
        return f"<h{block.level}>{_inline(block.words)}</h{block.level}>"
    if isinstance(block, Text):
        return f"<p>{_inline(block.words)}</p>"
    if isinstance(block, Table):
        rows = "\n".join(_row(row, "td") for row in block.rows)
        return (
            f"<table>\n<thead>{_row(block.head, 'th')}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
        )
    if isinstance(block, Fold):
        inside = "\n".join(map(_html, block.blocks))
        return f"<details>\n<summary>{html.escape(block.title)}</summary>\n{inside}\n</details>"
    return block.svg


def _row(cells: Iterable[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{_inline(cell)}</{tag}>' for cell in cells)}</tr>"


def _inline(words: str) -> str:
    escaped = html.escape(words)
    if isinstance(words, Said):
        return escaped
    escaped = _CODE.sub(r"<code>\1</code>", escaped)
    return _LINK.sub(r'<a href="\2">\1</a>', _BOLD.sub(r"<b>\1</b>", escaped))
