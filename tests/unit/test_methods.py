"""The pure parts of the comparison of methods, on made-up messages."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from assistant.authoring.methods import batch, contrast, figures, kinds, long_posts, rasa_rows
from assistant.authoring.methods.__main__ import page, taught
from assistant.authoring.methods.batch import Batch
from assistant.authoring.methods.long_posts import Post
from assistant.nlu.labels import SAFETY_LABELS, LabelModel

NAMES = ("faq/sleep", "faq/caffeine", "greet", "crisis", "emergency", "see_doctor")
WORDS = (
    "tired in bed",
    "too much coffee",
    "hello there you",
    "end it all",
    "bad chest",
    "weak arm",
)


@pytest.fixture(scope="module")
def messages() -> Batch:
    """Sixteen messages a label, each label in a direction of its own."""
    chance = np.random.default_rng(3)
    codes = np.repeat(np.arange(len(NAMES)), 16)
    vectors = chance.normal(0, 0.05, (len(codes), 2 * kinds.RAW)).astype(np.float32)
    vectors[np.arange(len(codes)), codes] += 1
    vectors[np.arange(len(codes)), kinds.RAW + codes] += 1
    texts = np.array([f"{WORDS[code]} {n % 4}" for n, code in enumerate(codes)], dtype=object)
    labels = np.array(NAMES, dtype=object)[codes]
    return Batch(texts, texts, labels, np.full(len(codes), "", dtype=object), vectors)


@pytest.mark.parametrize("method", kinds.methods(), ids=lambda method: method.name)
def test_each_method_learns_what_is_easy(method: kinds.Method, messages: Batch) -> None:
    """Rows are probabilities, and well separated labels are told apart."""
    train, test = next(batch.folds(messages.labels, 4, 1))
    model = method.fit(taught(method, messages.rows(train)))
    part = taught(method, messages.rows(test))
    found = model.probabilities(part)
    assert found.shape == (len(part), len(model.classes))
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert figures.hits(part.labels, model.best(part)).all()


def test_the_method_in_use_is_the_one_in_use(messages: Batch) -> None:
    """The row named so gives the probabilities of the classifier that answers."""
    ours = LabelModel.fit(
        messages.vectors, list(messages.texts), list(messages.labels), strength=0.5, sharpness=4.7
    )
    method = next(method for method in kinds.methods() if method.name == kinds.IN_USE)
    model = method.fit(messages)
    row = model.probabilities(messages.rows(np.array([20])))[0]
    want = dict(ours.probabilities(messages.vectors[20], str(messages.texts[20])))
    assert dict(zip(model.classes, row, strict=True)) == pytest.approx(want, abs=1e-5)


def test_a_draw_keeps_every_label_and_no_more_than_asked() -> None:
    """Small labels come whole, large ones cut, the same again for the same seed."""
    labels = np.array(["a"] * 30 + ["b"] * 3, dtype=object)
    found = batch.draw(labels, 5, 7)
    assert sorted(labels[found]) == ["a"] * 5 + ["b"] * 3
    assert (found == batch.draw(labels, 5, 7)).all()
    assert (found != batch.draw(labels, 5, 8)).any()


def test_folds_test_each_message_once() -> None:
    """No message is both taught and tested, and each label is spread."""
    labels = np.array(["a"] * 11 + ["b"] * 5, dtype=object)
    tested = []
    for train, test in batch.folds(labels, 5, 1):
        assert not set(train) & set(test)
        assert len(train) + len(test) == len(labels)
        assert (labels[test] == "b").sum() == 1
        tested += list(test)
    assert sorted(tested) == list(range(len(labels)))


def test_the_gradient_of_the_contrastive_loss() -> None:
    """It is the slope found by moving each weight a little."""
    chance = np.random.default_rng(0)
    vectors, weights = chance.normal(size=(7, 5)), chance.normal(size=(5, 3))
    labels = np.array([0, 0, 1, 1, 1, 2, 0])
    _, slope = contrast.loss_and_gradient(weights, vectors, labels)
    for place in np.ndindex(weights.shape):
        step = np.zeros_like(weights)
        step[place] = 1e-5
        up, _ = contrast.loss_and_gradient(weights + step, vectors, labels)
        down, _ = contrast.loss_and_gradient(weights - step, vectors, labels)
        assert slope[place] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_merged_safety_labels_count_as_each_of_them() -> None:
    """`safety` is right for a crisis and wrong for a greeting."""
    want = np.array([*SAFETY_LABELS, "greet"], dtype=object)
    assert figures.hits(want, np.full(4, kinds.SAFETY)).tolist() == [True, True, True, False]
    assert figures.hits(want, want).all()


def test_the_sign_test_counts_only_where_two_methods_differ() -> None:
    """Six won and none lost is unlikely by chance, and ties say nothing."""
    right, reference = np.ones(10, bool), np.array([False] * 6 + [True] * 4)
    assert figures.sign_test(right, reference) == (6, 0, pytest.approx(2 / 64))
    assert figures.sign_test(right, right) == (0, 0, 1.0)
    assert figures.sign_test(np.array([3, 1, 2]), np.array([1, 2, 2]))[:2] == (1, 1)


def test_accuracy_by_style_counts_its_own_messages() -> None:
    """A style without messages has none right."""
    found = figures.by_style(np.array([True, False, True]), np.array(["typo", "typo", "slang"]))
    assert (found["typo"], found["slang"], found["long"]) == (0.5, 1.0, 0.0)


def test_a_renewed_table_keeps_rows_that_were_not_measured() -> None:
    """What was written is read back, new figures take the place of old ones."""
    old = [{"method": "slow", "all": "0.500"}, {"method": "quick", "all": "0.400"}]
    written = "\n".join(figures.as_table(old))
    assert figures.from_table(written) == old
    new = [{"method": "quick", "all": "0.600"}]
    assert figures.renewed(figures.from_table(written), new, "method") == [new[0], old[0]]
    assert figures.from_table("") == []


def test_the_page_keeps_the_tables_that_were_not_measured() -> None:
    """A table under its title stays when nothing new is found for it."""
    empty: dict[str, list[figures.Row]] = {
        "Trained on everything": [],
        "Trained on few phrases": [],
        "Long posts": [],
        "Beside Rasa's own": [],
    }
    first = page(empty | {"Long posts": [{"reading": "whole", "right": "1"}]})
    second = page(empty | {"Beside Rasa's own": [{"method": "x"}]}, "\n".join(first) + "\n")
    assert second[: len(first)] == first
    assert "| x |" in second


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Is that normal?", True),
        ("so how long does it go on", True),
        ("I was wondering whether sleep has to do with it.", True),
        ("My arm moved all day.", False),
        ("It is what it is.", False),
    ],
)
def test_a_question_is_known_by_its_mark_or_its_words(sentence: str, wanted: bool) -> None:
    """Questions without a question mark count too."""
    assert long_posts.asks(sentence) is wanted


def test_sentences_and_windows() -> None:
    """Short cries are no sentence, and stretches of words overlap by half."""
    assert long_posts.sentences("Oh no! My arm moved today. Why is that?") == [
        "My arm moved today.",
        "Why is that?",
    ]
    assert long_posts.sentences("ok") == ["ok"]
    assert long_posts.windows("a b c d e f", 4) == ["a b c d", "c d e f"]
    assert long_posts.windows("a", 4) == ["a"]


def test_each_reading_of_a_long_post() -> None:
    """Which parts decide, and that a post without a question is read whole."""
    whole, ask = np.array([0.6, 0.4]), np.array([0.1, 0.9])
    other = np.array([0.7, 0.3])
    post = Post(whole, np.array([other, ask]), ask[None], np.array([[0.2, 0.8]]), other[None])
    assert long_posts.whole(post).argmax() == 0
    for reading in (
        long_posts.best_sentence,
        long_posts.first_question,
        long_posts.last_question,
        long_posts.surest_question,
        long_posts.question_in_place,
        long_posts.whole_and_questions,
        long_posts.whole_and_last_question,
    ):
        assert reading(post).argmax() == 1, reading
    assert long_posts.whole_and_sentences(post) == pytest.approx([0.5, 0.5])
    assert long_posts.best_window(post) == pytest.approx([0.7 / 1.1, 0.4 / 1.1])
    none = np.zeros((0, 2))
    silent = Post(whole, np.array([other]), none, none, other[None])
    for name, reading in long_posts.READINGS.items():
        assert reading(silent).argmax() == 0, name


def test_phrases_are_handed_to_rasa_without_the_slash(messages: Batch) -> None:
    """Else Rasa would train one intent `faq`; every phrase arrives under its label."""
    blocks = yaml.safe_load(rasa_rows.as_rasa(messages))["nlu"]
    assert {block["intent"].replace(rasa_rows.SLASH, "/") for block in blocks} == set(NAMES)
    lines = [line for block in blocks for line in block["examples"].splitlines()]
    assert sorted(lines) == sorted(f"- {text}" for text in messages.texts)
    assert "/" not in "".join(block["intent"] for block in blocks)
