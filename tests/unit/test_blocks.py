"""Pages written twice, and pictures of shares."""

from __future__ import annotations

import xml.dom.minidom

from assistant.authoring import blocks
from assistant.authoring.blocks import Fold, Head, Picture, Said, Table, Text
from assistant.authoring.dots import Line, draw
from assistant.authoring.scoring import Share

PAGE = [
    Head("A page", 1),
    Text("See `a.yml` and [there](b.md), **now**."),
    Picture("<svg></svg>"),
    Table(["a", "b"], [["1", Said("<b>x</b> | [y](z)\n`q`")]]),
    Fold("shut & sealed", [Text("inside")]),
]


def test_markdown_keeps_markup_of_authors_alone() -> None:
    """What somebody said stays on one line and can neither close a cell nor make a link."""
    page = blocks.as_markdown(PAGE)
    assert page.startswith("# A page\n\nSee `a.yml` and [there](b.md), **now**.\n\n| a | b |\n")
    assert r"| 1 | \<b\>x\</b\> \| \[y\](z) \`q\` |" in page
    assert "<summary>shut &amp; sealed</summary>\n\ninside\n\n</details>" in page
    assert "svg" not in page


def test_html_stands_alone() -> None:
    """No script, nothing to fetch, and no markup out of what somebody said."""
    page = blocks.as_html(PAGE)
    assert "<title>A page</title>" in page and "<svg></svg>" in page
    assert '<code>a.yml</code> and <a href="b.md">there</a>, <b>now</b>.' in page
    assert "&lt;b&gt;x&lt;/b&gt; | [y](z)" in page
    assert "<details>\n<summary>shut &amp; sealed</summary>\n<p>inside</p>" in page
    assert "<script" not in page and "http" not in page


def test_headings_of_a_page() -> None:
    """In their order, with their level."""
    assert blocks.headings("# A\n\ntext\n\n## B\n") == ["# A", "## B"]


def test_a_picture_has_a_dot_and_a_whisker_for_each_share() -> None:
    """Readable as XML, named for screen readers, with its figures as text."""
    lines = [Line("a < b", {"ours": Share(9, 10), "list": Share(1, 10)}, 0.95)]
    picture = draw("Caught", lines)
    root = xml.dom.minidom.parseString(picture).documentElement
    assert root.getAttribute("aria-label") == "Caught"
    assert len(root.getElementsByTagName("circle")) == 2 + 2  # the shares, and their keys
    texts = [t.firstChild.data for t in root.getElementsByTagName("text")]
    assert {"a < b", "0.900 (9 of 10)", "0.100 (1 of 10)", "ours", "list"} <= set(texts)
    assert 'stroke-dasharray="3 3"' in picture
    assert picture == draw("Caught", lines)


def test_a_dot_stands_at_its_rate() -> None:
    """Further right for more, and inside the axis for what lies outside it."""

    def place(share: Share) -> float:
        picture = draw("x", [Line("a", {"": share})], high=0.5)
        circle = xml.dom.minidom.parseString(picture).getElementsByTagName("circle")[0]
        return float(circle.getAttribute("cx"))

    none, some, half, all_ = (place(Share(n, 10)) for n in (0, 2, 5, 10))
    assert none < some < half == all_
    assert round((some - none) / (half - none), 2) == 0.4
