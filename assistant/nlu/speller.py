"""Spelling correction: one pure class over symspellpy and our own words.

The corrected text is read beside the raw one, never instead of it
(docs/decisions/0004), so a wrong correction can only add a second opinion.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from pathlib import Path

import yaml
from symspellpy import SymSpell, Verbosity

WORDS_FILE = Path(__file__).with_name("words.yml")
# Corrections come from the commonest words only: a rare word one letter away is
# more often wrong than right. Every dictionary word still counts as known.
CANDIDATES = 40_000
# Our words must beat any general word at the same distance.
OWN_WORD_COUNT = 10**12
SHORTEST_CORRECTED = 4
SHORTEST_TWO_EDITS = 7
# Letters, with digits among them where people write "b4" or "2nite".
_WORD = re.compile(r"\d*[a-z][a-z\d]*(?:'[a-z]+)?")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


class Speller:
    """Correct the words of a message that no dictionary knows."""

    def __init__(self, words_file: Path = WORDS_FILE) -> None:
        """Load the general dictionary and the words of `words_file`."""
        words = yaml.safe_load(words_file.read_text(encoding="utf-8"))
        own = {str(word) for word in words["known"]}
        self._short_forms = {str(k): str(v) for k, v in words["short_forms"].items()}
        self._symspell = SymSpell(max_dictionary_edit_distance=2, prefix_length=5)
        self._known = set(own)
        package = importlib.resources.files("symspellpy")
        dictionary = (package / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
        for rank, line in enumerate(dictionary.splitlines()):
            word, count = line.split()
            self._known.add(word)
            if rank < CANDIDATES and word not in own:
                self._symspell.create_dictionary_entry(word, int(count))
        for word in sorted(own):  # among equals the first counts, in every process the same
            self._symspell.create_dictionary_entry(word, OWN_WORD_COUNT)

    def correct(self, text: str) -> str:
        """Return `text` in lower case with unknown words corrected and short forms spelt out."""
        return _WORD.sub(lambda match: self._word(match.group()), _plain(text))

    @functools.lru_cache(maxsize=20_000)  # noqa: B019 - one speller lives as long as the process
    def _word(self, word: str) -> str:
        if word in self._short_forms:
            return self._short_forms[word]
        squeezed = re.sub(r"([a-z])\1{2,}", r"\1\1", word)
        if squeezed in self._known or "'" in squeezed or not squeezed.isalpha():
            return squeezed
        single = re.sub(r"(.)\1+", r"\1", squeezed)
        if single in self._known:
            return single
        if len(squeezed) < SHORTEST_CORRECTED:
            return squeezed
        distance = 2 if len(squeezed) >= SHORTEST_TWO_EDITS else 1
        found = self._symspell.lookup(squeezed, Verbosity.CLOSEST, max_edit_distance=distance)
        same_start = [s for s in found if s.term[0] == squeezed[0]]
        best = (same_start or found)[:1]
        return str(best[0].term) if best else squeezed


def _plain(text: str) -> str:
    return text.translate(_APOSTROPHES).lower()


@functools.lru_cache(maxsize=1)
def shared_speller() -> Speller:
    """Return the one speller of this process; loading takes about a second."""
    return Speller()
