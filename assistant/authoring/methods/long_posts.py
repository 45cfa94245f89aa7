"""Ways to read a long post: which of its sentences decide. Pure but for the embedding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.authoring.methods.batch import Batch, embed
from assistant.authoring.methods.kinds import Fitted

LONG_WORDS, PIECE_WORDS = 35, 20
"""From how many words on a post is long, and how many make a stretch of one without stops."""
LEAST_WORDS = 3
_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_LEADS = r"(?:(?:so|and|but|or|ok|okay|well|also|please|pls|anyway|basically|just|like|hi|hey)\W+)*"
_ASKS = re.compile(
    rf"^{_LEADS}(?:why|what|whats|how|hows|when|where|who|which|is|are|am|was|do|does|did|can|could|"
    r"should|would|will|has|have|any|anyone|anybody|tell me|explain|help me)\b"
    r"|\b(?:wonder(?:ing)? (?:if|whether|what|why|how)|want(?:ed)? to (?:know|ask)|my question|"
    r"know (?:if|whether|why|how|what)|(?:would|d) like to (?:know|understand)|"
    r"(?:can|could) you)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """Split at full stops and line ends; drop what is too short to mean anything alone."""
    found = [part.strip() for part in _END.split(text)]
    return [part for part in found if len(part.split()) >= LEAST_WORDS] or [text]


def asks(sentence: str) -> bool:
    """Say whether a sentence ends in a question mark or is put as a question."""
    return sentence.rstrip().endswith("?") or bool(_ASKS.search(sentence))


def windows(text: str, size: int = PIECE_WORDS) -> list[str]:
    """Return stretches of `size` words, each half over the one before."""
    words = text.split()
    starts = range(0, max(1, len(words) - size // 2), size // 2)
    return [" ".join(words[start : start + size]) for start in starts]


def is_long(text: str) -> bool:
    """Say whether a text is read piece by piece."""
    return len(text.split()) > LONG_WORDS


@dataclass(frozen=True)
class Post:
    """One long post; each part a row of probabilities a piece."""

    whole: np.ndarray
    sentences: np.ndarray
    asking: np.ndarray
    """The sentences that ask, in order; may have no row."""
    last: np.ndarray
    """The last sentence that asks with the one before it, as one piece; may have no row."""
    windows: np.ndarray


Reading = Callable[[Post], np.ndarray]


def whole(post: Post) -> np.ndarray:
    """Read the post as one message."""
    return post.whole


def best_sentence(post: Post) -> np.ndarray:
    """Take whatever is surest of one label: a sentence or the whole."""
    pieces = np.vstack([post.whole, post.sentences])
    return np.asarray(pieces[pieces.max(axis=1).argmax()])


def first_question(post: Post) -> np.ndarray:
    """Take the first sentence that asks, else the whole."""
    return np.asarray(post.asking[0]) if len(post.asking) else post.whole


def last_question(post: Post) -> np.ndarray:
    """Take the last sentence that asks, else the whole."""
    return np.asarray(post.asking[-1]) if len(post.asking) else post.whole


def surest_question(post: Post) -> np.ndarray:
    """Take the sentence that asks and is surest of one label, else the whole."""
    if not len(post.asking):
        return post.whole
    return np.asarray(post.asking[post.asking.max(axis=1).argmax()])


def question_in_place(post: Post) -> np.ndarray:
    """Take the last question with the sentence before it, else the whole."""
    return np.asarray(post.last[0]) if len(post.last) else post.whole


def whole_and_questions(post: Post) -> np.ndarray:
    """Average the whole with the average of the sentences that ask."""
    return (post.whole + post.asking.mean(axis=0)) / 2 if len(post.asking) else post.whole


def whole_and_last_question(post: Post) -> np.ndarray:
    """Average the whole, the last question, and that question with the sentence before it."""
    if not len(post.asking):
        return post.whole
    return np.asarray((post.whole + post.asking[-1] + post.last[0]) / 3)


def whole_and_sentences(post: Post) -> np.ndarray:
    """Average the whole with the average of all sentences."""
    return np.asarray((post.whole + post.sentences.mean(axis=0)) / 2)


def best_window(post: Post) -> np.ndarray:
    """Give each label the best it has in any stretch of words."""
    best = np.vstack([post.whole, post.windows]).max(axis=0)
    return np.asarray(best / best.sum())


READINGS: dict[str, Reading] = {
    "whole text (in use)": whole,
    "surest of whole and sentences": best_sentence,
    "first question, else whole": first_question,
    "last question, else whole": last_question,
    "surest question, else whole": surest_question,
    "last question with the sentence before, else whole": question_in_place,
    "mean of whole and questions": whole_and_questions,
    "mean of whole, last question, and that with the sentence before": whole_and_last_question,
    "mean of whole and all sentences": whole_and_sentences,
    "best in any stretch of 20 words": best_window,
}


def posts(model: Fitted, batch: Batch) -> list[Post]:
    """Read every post of `batch` whole and in pieces."""
    return [_post(model, batch.rows(np.array([row]))) for row in range(len(batch))]


def _post(model: Fitted, one: Batch) -> Post:
    text = str(one.texts[0])
    parts = sentences(text)
    asking = [place for place, part in enumerate(parts) if asks(part)]
    last = [" ".join(parts[max(0, asking[-1] - 1) : asking[-1] + 1])] if asking else []
    read = _read(model, parts)
    return Post(
        model.probabilities(one)[0],
        read,
        read[asking],
        _read(model, last),
        _read(model, windows(text)),
    )


def _read(model: Fitted, pieces: Sequence[str]) -> np.ndarray:
    if not pieces:
        return np.zeros((0, len(model.classes)))
    nothing = [""] * len(pieces)
    return model.probabilities(embed(pieces, nothing, nothing))
