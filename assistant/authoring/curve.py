"""How accuracy on the held-out messages grows with the number of phrases a label.

    make score CURVE=1 [WRITE=1]

Only the classifier, on the first held-out set: the best label of its ranking, before
thresholds and safety check. WRITE=1 renews docs/authors/learning-curve.md and its picture.
"""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.authoring import agent as trained
from assistant.authoring import refit
from assistant.authoring.heldout import cases
from assistant.authoring.scoring import Case
from assistant.nlu.labels import LabelModel

SIZES = (10, 20, 30, 40, 60)
DRAWS = 5
ALL = "all"
OVERALL = "overall"
PAGE = trained.ROOT / "docs" / "authors" / "learning-curve.md"
PICTURE = PAGE.with_suffix(".svg")
BAR = 40


@dataclass(frozen=True)
class Point:
    """What one number of phrases a label gives."""

    size: str
    """Phrases a label, or `all`."""
    phrases: float
    """Phrases a label that there really were, on average over labels and draws."""
    rates: dict[str, list[float]]
    """By style, `overall` among them: the accuracy of each draw."""

    def mean(self, style: str = OVERALL) -> float:
        """Return the mean over the draws."""
        return statistics.mean(self.rates[style])

    def spread(self, style: str = OVERALL) -> float:
        """Return the standard deviation over the draws; 0 of one draw."""
        rates = self.rates[style]
        return statistics.stdev(rates) if len(rates) > 1 else 0.0


def main(*, write: bool = False) -> int:
    """Measure and draw; return the exit code."""
    points = measure(trained.ROOT)
    print("\n".join(plot(points)))
    if write:
        picture(points, PICTURE)
        PAGE.write_text(page(points, datetime.date.today()), encoding="utf-8")
        print(f"Written to {PAGE.relative_to(trained.ROOT)} and {PICTURE.name}.")
    return 0


def measure(
    root: Path, sizes: Sequence[int] = SIZES, draws: int = DRAWS, *, whole: bool = True
) -> list[Point]:
    """Fit on growing random draws of the phrases; score each on the first held-out set."""
    phrases = refit.taught(root)
    labels = set(phrases.labels)
    asked = [case for case in cases(root)["topics"] if case.want in labels and not case.after]
    messages = refit.read(root, [case.say for case in asked], [case.want for case in asked])
    points = []
    for size in sizes:
        drawn = [refit.draw(phrases.labels, size, seed) for seed in range(draws)]
        fitted = (refit.fit(phrases, rows, root) for rows in drawn)
        rates = rates_by_style([_hits(model, messages) for model in fitted], asked)
        points.append(Point(str(size), statistics.mean(map(len, drawn)) / len(labels), rates))
    if whole:
        rows = range(len(phrases.labels))
        rates = rates_by_style([_hits(refit.fit(phrases, rows, root), messages)], asked)
        points.append(Point(ALL, len(rows) / len(labels), rates))
    return points


def _hits(model: LabelModel, messages: refit.Read) -> list[bool]:
    read = zip(messages.vectors, messages.corrected, messages.labels, strict=True)
    return [model.probabilities(vector, text)[0][0] == want for vector, text, want in read]


def rates_by_style(
    draws: Iterable[Sequence[bool]], asked: Sequence[Case]
) -> dict[str, list[float]]:
    """Return the accuracy of each draw, overall and by style."""
    rates: dict[str, list[float]] = {}
    for hits in draws:
        groups: dict[str, list[bool]] = {OVERALL: list(hits)}
        for case, hit in zip(asked, hits, strict=True):
            groups.setdefault(case.style, []).append(hit)
        for style, own in groups.items():
            rates.setdefault(style, []).append(sum(own) / len(own))
    return rates


def plot(points: Sequence[Point]) -> list[str]:
    """Return the curve as text: a bar for each size, then a table by style."""
    least = min(point.mean() for point in points)
    floor = int(least * 10) / 10
    lines = [f"Right label by phrases a label (bars begin at {floor:.1f}, end at 1.0)"]
    for point in points:
        bar = "#" * round((point.mean() - floor) / (1 - floor) * BAR)
        lines.append(f"  {point.size:>4} {bar:{BAR}}| {point.mean():.3f} +-{point.spread():.3f}")
    return [*lines, "", *_as_text(table(points))]


def table(points: Sequence[Point]) -> list[list[str]]:
    """Return the rows of a table: a row a style, a column a size."""
    head = ["style", *(point.size for point in points)]
    return [head, *([style, *(_cell(p, style) for p in points)] for style in points[0].rates)]


def _cell(point: Point, style: str) -> str:
    if len(point.rates[style]) < 2:
        return f"{point.mean(style):.3f}"
    return f"{point.mean(style):.3f} ±{point.spread(style):.3f}"


def _as_text(rows: Iterable[Sequence[str]]) -> list[str]:
    return ["  " + "".join(f"{cell:<15}" for cell in row).rstrip() for row in rows]


def page(points: Sequence[Point], today: datetime.date) -> str:
    """Return the page that shows the curve and says what it means for authors."""
    head, *rows = table(points)
    cells = [head, ["---"] * len(head), *rows]
    draws = max(len(point.rates[OVERALL]) for point in points)
    return "\n".join(
        [
            "# How much more phrases help",
            "",
            f"Written by `make score CURVE=1 WRITE=1` on {today.isoformat()}.",
            "Share of the held-out messages whose right label the classifier puts first, after",
            f"training on so many random phrases a label: mean of {draws} draws, ± their standard",
            "deviation. `all` is every phrase there is, on average",
            f"{points[-1].phrases:.0f} a label. Thresholds and safety check are left out.",
            "",
            f"![Accuracy by phrases a label]({PICTURE.name})",
            "",
            *(f"| {' | '.join(row)} |" for row in cells),
            "",
            " ".join(told(points)),
            "",
        ]
    )


def told(points: Sequence[Point]) -> list[str]:
    """Say in sentences what the curve shows."""
    first, last, before = points[0], points[-1], points[-2]
    steps = [
        (old, new, new.mean() - old.mean())
        for old, new in zip(points[:-1], points[1:], strict=True)
    ]
    said = ", ".join(
        f"{old.size} to {new.size}: {100 * gain:+.1f} points" for old, new, gain in steps
    )
    styles = [style for style in first.rates if style != OVERALL]
    gains = {style: last.mean(style) - before.mean(style) for style in styles}
    ahead, behind = (pick(gains, key=lambda s: gains[s]) for pick in (max, min))
    weakest = min(styles, key=last.mean)
    return [
        f"Phrases a label, from {said}.",
        f"The last step helps {ahead} most ({gains[ahead] * 100:+.1f} points) and {behind} least "
        f"({gains[behind] * 100:+.1f}). Weakest with every phrase there is: {weakest}, "
        f"{last.mean(weakest):.3f}.",
        _advice(steps[-1][2], before.spread()),
    ]


def _advice(gain: float, spread: float) -> str:
    if gain > 2 * spread:
        return (
            "The last step is more than twice the spread of the draws: the curve still rises, and "
            "more phrases in new voices are worth writing."
        )
    return (
        "The last step is within twice the spread of the draws: the curve has flattened, and more "
        "of the same phrases will change little. Write for the styles and labels that `make score` "
        "shows to be weak."
    )


COLOURS: Mapping[str, str] = {
    "tidy": "#1b6ca8",
    "typo": "#c1440e",
    "slang": "#7a3e9d",
    "esl": "#2b8a3e",
    "fragment": "#a0790b",
    "long": "#5f6b73",
}


def picture(points: Sequence[Point], path: Path) -> None:
    """Draw the curve as an SVG, the same file for the same points."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "settle"  # equal names of parts in every run
    figure, axes = plt.subplots(figsize=(8, 4.8))
    places = range(len(points))
    for style in points[0].rates:
        means = [point.mean(style) for point in points]
        spreads = [point.spread(style) for point in points]
        whole = style == OVERALL
        axes.errorbar(
            places,
            means,
            yerr=spreads,
            capsize=3,
            marker="o",
            markersize=5 if whole else 3,
            linewidth=2.5 if whole else 1.2,
            color="black" if whole else COLOURS.get(style),
            label=style,
            zorder=3 if whole else 2,
        )
    axes.set_xticks(places, [_tick(point) for point in points])
    axes.set_xlabel("training phrases a label")
    axes.set_ylabel("right label, share of held-out messages")
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    handles, names = axes.get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda i: -points[-1].mean(names[i]))
    axes.legend(
        [handles[i] for i in order],
        [names[i] for i in order],
        frameon=False,
        loc="lower right",
        title="in the order of the last point",
    )
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _tick(point: Point) -> str:
    return f"all\n({point.phrases:.0f} on average)" if point.size == ALL else point.size
