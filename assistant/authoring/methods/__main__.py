"""Compare ways to tell the label of a message, on the same training draws.

    python -m assistant.authoring.methods [--write] [--diet few most]
                                          [--stock [FOLDER]] [--only [WORD ...] [--long]]

Each method learns from the same random draws of the training phrases and from all
of them, and is tested on the first held-out set and by cross-validation. The safety
labels are left out, for they have a classifier of their own; one column has them in.
`--write` renews the tables of docs/decisions/0014; rows not measured this time stay.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.authoring.agent import ROOT
from assistant.authoring.methods import batch as batches
from assistant.authoring.methods import figures, kinds, long_posts, rasa_rows
from assistant.authoring.methods.batch import Batch
from assistant.authoring.methods.figures import Row
from assistant.authoring.methods.kinds import IN_USE, Method
from assistant.authoring.methods.rasa_rows import Told

DOC = ROOT / "docs" / "decisions" / "0014-how-labels-are-told.md"
MARK = "<!-- Below: python -m assistant.authoring.methods --write -->"
TITLES = ("Trained on everything", "Trained on few phrases", "Long posts", "Beside Rasa's own")
KEYS = ("method", "method", "reading", "method")
DRAWS = (1, 2, 3)
MOST = 20
STOCK_PHRASES = 10
FOLDS = 5
TIMED = 200
SIZES = ("few", "most")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; with `--write` keep the tables."""
    parser = argparse.ArgumentParser(prog="methods", description="Compare ways to tell a label.")
    parser.add_argument("--write", action="store_true", help=f"renew the tables of {DOC.name}")
    parser.add_argument(
        "--diet",
        nargs="+",
        choices=SIZES,
        default=[],
        help="Rasa's DIET too (long): taught the first draw of few phrases, all but one fold",
    )
    parser.add_argument(
        "--stock",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="the pipeline of `rasa init` too (long); FOLDER: use the model trained there before",
    )
    parser.add_argument(
        "--only",
        nargs="*",
        metavar="WORD",
        help="methods with a WORD in the name; no WORD: none but Rasa's own",
    )
    parser.add_argument("--long", action="store_true", help="with --only: the long posts too")
    options = parser.parse_args(arguments)
    phrases = batches.training_phrases(ROOT)
    heldout = batches.heldout_messages(ROOT, set(phrases.labels))
    words = [""] if options.only is None else options.only
    chosen = [
        method
        for method in kinds.methods()
        if words and (method.name == IN_USE or any(word in method.name for word in words))
    ]
    found = dict.fromkeys(TITLES, list[Row]())
    found[TITLES[0]], found[TITLES[1]] = compare(chosen, phrases, heldout)
    if chosen and (options.long or options.only is None):
        found[TITLES[2]] = read_long_posts(chosen, phrases, heldout)
    with tempfile.TemporaryDirectory(prefix="settle-methods-") as name:
        for size in options.diet:
            rows = diet_rows(phrases, heldout, Path(name) / size, size)
            found[TITLES[3]] = [*found[TITLES[3]], *rows]
        if options.stock is not None:
            folder = Path(options.stock) if options.stock else Path(name) / "stock"
            found[TITLES[3]] = [*found[TITLES[3]], *stock_rows(heldout, folder)]
    print("\n".join(page(found)))
    if options.write:
        above, _, old = DOC.read_text(encoding="utf-8").partition(MARK)
        DOC.write_text(f"{above}{MARK}\n" + "\n".join(page(found, old)) + "\n", encoding="utf-8")
    return 0


def compare(
    chosen: Sequence[Method], phrases: Batch, heldout: Batch
) -> tuple[list[Row], list[Row]]:
    """Return a row a method: trained on all phrases, and on a few of each label."""
    draws = [batches.draw(phrases.labels, MOST, seed) for seed in DRAWS]
    folds = list(batches.folds(phrases.labels, FOLDS, 1))
    asked = heldout.rows(figures.not_flags(heldout.labels))
    counted = figures.not_flags(phrases.labels)
    much: list[Row] = []
    few: list[Row] = []
    reference: dict[str, np.ndarray] = {}
    for method in sorted(chosen, key=lambda method: method.name != IN_USE):
        print(f"{method.name} ...", flush=True)
        began = time.perf_counter()
        model = method.fit(taught(method, phrases))
        seconds = time.perf_counter() - began
        here = hits(model, asked)
        crossed = np.zeros(len(phrases), dtype=bool)
        for train, test in folds:
            fitted = method.fit(taught(method, phrases.rows(train)))
            crossed[test] = hits(fitted, phrases.rows(test))
        drawn = [hits(method.fit(taught(method, phrases.rows(d))), asked) for d in draws]
        measured = {"heldout": here, "crossed": crossed[counted], "drawn": np.sum(drawn, axis=0)}
        reference = reference or measured
        against = {
            name: "-" if measured is reference else figures.verdict(found, reference[name])
            for name, found in measured.items()
        }
        much.append(
            {"method": method.name}
            | accuracy(here, asked)
            | {
                "against in use, held-out": against["heldout"],
                "cross-validation": three(figures.share(crossed[counted])),
                "against in use, folds": against["crossed"],
                "with safety labels": three(figures.share(hits(method.fit(phrases), heldout))),
                "training s": f"{seconds:.1f}",
                "deciding ms": f"{deciding(model, asked):.1f}",
            }
        )
        few.append(
            {"method": method.name}
            | accuracy(np.mean(drawn, axis=0), asked)
            | {"against in use": against["drawn"]}
        )
    return much, few


def taught(method: Method, phrases: Batch) -> Batch:
    """Return the phrases a method learns from."""
    return phrases if method.flags else phrases.rows(figures.not_flags(phrases.labels))


def hits(model: kinds.Fitted, batch: Batch) -> np.ndarray:
    """Return where the most probable label is right."""
    return figures.hits(batch.labels, model.best(batch))


def accuracy(right: np.ndarray, of: Batch) -> Row:
    """Return the share of hits in all and by style."""
    styles = figures.by_style(right, of.styles)
    return {"held-out": three(figures.share(right))} | {k: three(v) for k, v in styles.items()}


def three(value: float) -> str:
    """Return a share with three decimals."""
    return f"{value:.3f}"


def deciding(model: kinds.Fitted, batch: Batch) -> float:
    """Return the median milliseconds from embedding to label, one message at a time."""
    taken = []
    for row in range(min(TIMED, len(batch))):
        one = batch.rows(np.array([row]))
        began = time.perf_counter()
        model.best(one)
        taken.append((time.perf_counter() - began) * 1000)
    return float(np.median(taken))


def read_long_posts(chosen: Sequence[Method], phrases: Batch, heldout: Batch) -> list[Row]:
    """Return a row a way of reading long posts, by the method in use, safety labels left out."""
    in_use = next(method for method in chosen if method.name == IN_USE)
    asked = phrases.rows(figures.not_flags(phrases.labels))
    long = np.array([long_posts.is_long(str(text)) for text in asked.texts])
    labels: list[str] = []
    posts: list[tuple[np.ndarray, long_posts.Post]] = []
    for train, test in batches.folds(asked.labels, FOLDS, 1):
        model = in_use.fit(asked.rows(train))
        part = asked.rows(test[long[test]])
        labels += list(part.labels)
        posts += [(model.classes, post) for post in long_posts.posts(model, part)]
    model = in_use.fit(asked)
    tested = heldout.rows((heldout.styles == "long") & figures.not_flags(heldout.labels))
    new = [(model.classes, post) for post in long_posts.posts(model, tested)]
    rows: list[Row] = []
    first: list[np.ndarray] = []
    for name, reading in long_posts.READINGS.items():
        crossed = _read(posts, np.array(labels, dtype=object), reading)
        here = _read(new, tested.labels, reading)
        first = first or [crossed, here]
        rows.append(
            {
                "reading": name,
                f"{len(posts)} training phrases": three(figures.share(crossed)),
                "against whole text, phrases": figures.verdict(crossed, first[0]),
                f"{len(new)} held-out": three(figures.share(here)),
                "against whole text, held-out": figures.verdict(here, first[1]),
            }
        )
    return rows


def _read(
    posts: Sequence[tuple[np.ndarray, long_posts.Post]],
    want: np.ndarray,
    reading: long_posts.Reading,
) -> np.ndarray:
    got = [classes[reading(post).argmax()] for classes, post in posts]
    return figures.hits(want, np.array(got, dtype=object))


def diet_rows(phrases: Batch, heldout: Batch, folder: Path, size: str) -> list[Row]:
    """Return the method in use and each DIET, taught the same phrases, no safety labels."""
    calm, tests = no_flags(phrases), [no_flags(heldout)]
    if size == "few":
        train = no_flags(phrases.rows(batches.draw(phrases.labels, MOST, DRAWS[0])))
        taught_with = f"{MOST} a label"
    else:
        learnt, left = next(batches.folds(calm.labels, FOLDS, 1))
        train, tests = calm.rows(learnt), [*tests, calm.rows(left)]
        taught_with = f"{FOLDS - 1} of {FOLDS} folds"
    ours = asked(tests, fit_in_use(train, tests))
    rows = [rasa_row(f"{IN_USE}, {taught_with}", ours, ours)]
    for number, (name, config) in enumerate(rasa_rows.DIETS.items()):
        print(f"{name}, {taught_with} ...", flush=True)
        told = rasa_rows.diet(config, train, tests, folder / str(number))
        rows.append(rasa_row(f"{name}, {taught_with}", asked(tests, told), ours))
    return rows


def stock_rows(heldout: Batch, folder: Path) -> list[Row]:
    """Return the method in use and the stock pipeline, both taught what is in `folder`."""
    if not folder.exists():
        rasa_rows.stock_folder(folder, STOCK_PHRASES)
    told = rasa_rows.stock(heldout, folder)
    train = batches.training_phrases(folder)
    known = heldout.rows(np.isin(heldout.labels, train.labels))
    if len(known) != len(heldout):
        raise RuntimeError(f"{folder} was not taught every held-out label")
    taught_with = f"about {round(len(train) / len(np.unique(train.labels)))} a label"
    ours = asked([heldout], fit_in_use(train, [heldout]))
    return [
        rasa_row(f"{IN_USE}, {taught_with}", ours, ours),
        rasa_row(f"pipeline of rasa init, {taught_with}", asked([heldout], [told]), ours),
    ]


@dataclass(frozen=True)
class Trial:
    """What one trained model said of the messages it was asked."""

    asked: Batch
    told: Told

    def hits(self) -> np.ndarray:
        """Return where it was right, messages of the safety labels left out."""
        right = figures.hits(self.asked.labels, self.told.labels)
        return np.asarray(right[figures.not_flags(self.asked.labels)])


def asked(tests: Sequence[Batch], told: Sequence[Told]) -> list[Trial]:
    """Return what was said of each test."""
    return [Trial(*pair) for pair in zip(tests, told, strict=True)]


def no_flags(messages: Batch) -> Batch:
    """Return the messages that are not of a safety label."""
    return messages.rows(figures.not_flags(messages.labels))


def fit_in_use(train: Batch, tests: Sequence[Batch]) -> list[Told]:
    """Train the method in use and let it read each of `tests`, timed as Rasa's are."""
    method = next(method for method in kinds.methods() if method.name == IN_USE)
    began = time.process_time()
    model = method.fit(train)
    seconds = time.process_time() - began
    return [Told(model.best(test), seconds, reading(model, test)) for test in tests]


def reading(model: kinds.Fitted, batch: Batch) -> float:
    """Return the median milliseconds from text to label, correction and embedding included."""
    from assistant.nlu.minilm import shared_encoder
    from assistant.nlu.speller import shared_speller

    shared_encoder.cache_clear()
    embed, correct = shared_encoder().embed, shared_speller().correct
    embed("warm up")
    taken = []
    for row in range(min(TIMED, len(batch))):
        one = batch.rows(np.array([row]))
        began = time.process_time()
        text = str(one.texts[0])
        embed(text)
        embed(correct(text))
        model.best(one)
        taken.append((time.process_time() - began) * 1000)
    return float(np.median(taken))


def rasa_row(name: str, trials: Sequence[Trial], ours: Sequence[Trial]) -> Row:
    """Return the row of a method: the first trial is the held-out set, a second one a fold."""
    row = {"method": name} | accuracy(trials[0].hits(), no_flags(trials[0].asked))
    for part, trial, reference in zip(("held-out", "one fold"), trials, ours, strict=False):
        row[part] = three(figures.share(trial.hits()))
        verdict = figures.verdict(trial.hits(), reference.hits())
        row[f"against in use, {part}"] = "-" if trial is reference else verdict
    seconds = trials[0].told.seconds
    return row | {
        "training, processor s": "-" if seconds is None else f"{seconds:.1f}",
        "whole parse, processor ms": f"{trials[0].told.milliseconds:.1f}",
    }


def page(found: dict[str, list[Row]], old: str = "") -> list[str]:
    """Return the tables under their titles; rows of `old` that were not measured again stay."""
    lines: list[str] = []
    for title, key in zip(TITLES, KEYS, strict=True):
        before = old.partition(f"### {title}\n")[2].partition("\n### ")[0]
        rows = figures.renewed(figures.from_table(before), found[title], key)
        if rows:
            lines += ["", f"### {title}", "", *figures.as_table(rows)]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
