"""The talk about a symptom: what is asked, what an answer does, how it ends. No Rasa."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from assistant.symptoms import facts, talk
from assistant.symptoms.facts import Facts
from assistant.symptoms.reading import shared_reader
from assistant.symptoms.table import load_table
from assistant.symptoms.talk import HOW_LONG, SIGNS, WHERE, Talk

ASK = {
    WHERE: "utter_symptom_ask_where",
    HOW_LONG: "utter_symptom_ask_how_long",
    SIGNS: "utter_symptom_ask_signs",
}
ENDS = {"utter_symptom_end", "utter_symptom_end_doctor", "utter_symptom_end_unsure"}
WORDS = {WHERE: "my left eyelid", HOW_LONG: "about three days", "how often": "every day"}


def entities(text: str, answer: str | None = None) -> list[dict[str, Any]]:
    """What the component would put into the parse."""
    found = facts.entities_of(shared_reader().read(text), "test")
    return [*found, {"entity": "answer", "value": answer}] if answer else found


def begun(text: str) -> talk.Saying:
    """A talk that began with these words."""
    return talk.begin(entities(text), 1, cared=False)


def after(saying: talk.Saying, text: str, answer: str | None = None, **more: Any) -> talk.Saying:
    """The next saying after one more message."""
    assert saying.talk
    options = {"cared": False, "grey": False, **more}
    return talk.go_on(saying.talk, entities(text, answer), saying.talk.heard + 1, **options)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("my muscle twitches", WHERE),
        ("my eyelid twitches", HOW_LONG),
        ("it has twitched for a week", WHERE),
        ("my eyelid has twitched since my daughter was born", SIGNS),
        ("", WHERE),
    ],
)
def test_only_what_is_missing_is_asked(text: str, question: str) -> None:
    """What the first message says is taken."""
    assert begun(text).asks == ASK[question]


@pytest.mark.parametrize("order", itertools.permutations(WORDS.values()), ids=" / ".join)
def test_what_is_told_in_any_order_ends_the_same(order: tuple[str, ...]) -> None:
    """One thing a message, whatever was asked."""
    saying = begun("it twitches")
    for text in order:
        saying = after(saying, text)
    assert saying.asks == ASK[SIGNS]
    assert saying.talk
    assert saying.talk.facts == Facts(("eyelid",), "left", True, 3, "daily", named=("twitch",))


def test_all_at_once_leaves_the_signs_alone() -> None:
    """One message, one question left."""
    saying = begun("my left eyelid has twitched every day for three days")
    assert saying.asks == ASK[SIGNS]
    assert after(saying, "none", "no").say == "utter_symptom_end"


@pytest.mark.parametrize("skipped", [(), (WHERE,), (HOW_LONG,), (WHERE, HOW_LONG), talk.QUESTIONS])
def test_every_question_can_be_skipped(skipped: tuple[str, ...]) -> None:
    """A skipped one is not asked again, and the talk comes to its end."""
    saying = begun("it twitches")
    answers = {WHERE: ("calf", None), HOW_LONG: ("two days", None), SIGNS: ("no", "no")}
    for question in talk.QUESTIONS:
        assert saying.asks == ASK[question]
        text, answer = ("skip", "skip") if question in skipped else answers[question]
        saying = after(saying, text, answer)
    assert saying.talk is None
    wanted = "utter_symptom_end_unsure" if SIGNS in skipped else "utter_symptom_end"
    assert saying.say == wanted


@pytest.mark.parametrize("question", talk.QUESTIONS)
def test_why_is_answered_and_the_question_stays(question: str) -> None:
    """As often as it is asked."""
    saying = talk.Saying("", Talk(question, 1, 1))
    for _ in range(3):
        saying = after(saying, "why do you ask", "why")
        assert (saying.say, saying.asks) == (f"utter_symptom_why_{question}", ASK[question])


@pytest.mark.parametrize("question", talk.QUESTIONS)
def test_nonsense_twice_moves_on(question: str) -> None:
    """Once it is asked in other words, the second time it is left out."""
    first = after(talk.Saying("", Talk(question, 1, 1)), "asdf", "unclear")
    assert (first.say, first.asks) == ("utter_symptom_again", f"utter_symptom_again_{question}")
    second = after(first, "qwer", "unclear")
    assert second.say in {"utter_symptom_moved_on", *ENDS}
    assert second.talk is None or second.talk.asking != question


def test_misses_are_counted_for_each_question() -> None:
    """A stumble at the first leaves two tries at the second."""
    saying = after(begun("it twitches"), "asdf", "unclear")
    saying = after(after(saying, "calf"), "asdf", "unclear")
    assert saying.say == "utter_symptom_again"


@pytest.mark.parametrize(
    ("first", "then", "known"),
    [
        ("my right eyelid", "no, the left one", {"side": "left"}),
        ("my eyelid", "actually it's my eyebrow", {"parts": ("eyebrow",)}),
        ("my eyelid", "also my calf", {"parts": ("eyelid", "calf")}),
        ("my eyelid", "and my calf", {"parts": ("eyelid", "calf")}),
        ("eyelid for two weeks", "sorry, two months", {"days": 60}),
        ("eyelid for two weeks", "no, since my exams", {"days": None, "timed": True}),
        ("eyelid since my exams", "no, 3 days", {"days": 3}),
        ("left calf, sometimes", "every day really", {"frequency": "daily", "side": "left"}),
    ],
)
def test_the_later_word_counts(first: str, then: str, known: dict[str, Any]) -> None:
    """Corrections and contradictions alike; "also" adds."""
    saying = after(begun(first), then)
    assert saying.talk
    got = {name: getattr(saying.talk.facts, name) for name in known}
    assert got == known


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("my eyelid for three days", "utter_symptom_end"),
        ("my eyelid for two weeks", "utter_symptom_end"),
        ("my eyelid for more than two weeks", "utter_symptom_end_doctor"),
        ("my eyelid for 3 weeks", "utter_symptom_end_doctor"),
        ("my eyelid since my daughter was born", "utter_symptom_end_doctor"),
        ("my eyelid and my calf for a day", "utter_symptom_end_doctor"),
        ("both calves for a day", "utter_symptom_end_doctor"),
        ("it twitches all over for a day", "utter_symptom_end_doctor"),
    ],
)
def test_long_or_in_several_places_is_for_a_doctor(text: str, end: str) -> None:
    """The soft flags of the safety specification, 1.5."""
    assert after(begun(text), "none", "no").say == end


def test_a_soft_flag_of_the_safety_check_is_kept_to_the_end() -> None:
    """Whatever message it stood in."""
    saying = after(begun("my eyelid"), "two days", cared=True)
    assert after(saying, "none", "no").say == "utter_symptom_end_doctor"


def test_a_doubt_of_the_safety_check_asks_the_signs_at_once() -> None:
    """And nothing else after them."""
    saying = after(begun("it twitches"), "my leg is odd", grey=True)
    assert (saying.say, saying.asks) == ("utter_symptom_signs_first", ASK[SIGNS])
    assert after(saying, "no", "no").talk is None


def test_fifty_body_parts_are_one_answer() -> None:
    """They are all taken, and the next question follows."""
    parts = [name for name in load_table().groups["parts"] if name != "several places"][:50]
    saying = after(begun("it twitches"), ", ".join(parts))
    assert saying.asks == ASK[HOW_LONG]
    assert saying.talk and len(saying.talk.facts.parts) == 50
    assert after(after(saying, "a day"), "none", "no").say == "utter_symptom_end_doctor"


def test_a_talk_is_kept_as_json_and_holds_no_words() -> None:
    """Slots are stored; what somebody wrote is not in them."""
    saying = begun("my left eylid, since my daughter Anna was born, after coffee")
    stored = json.loads(json.dumps(dict(saying.slots)))["symptom_talk"]
    assert Talk.from_slot(stored) == saying.talk
    assert "anna" not in json.dumps(stored).lower()


@pytest.mark.parametrize(
    "stored",
    [None, "x", {}, {"asking": "where"}, {"asking": "gone", "facts": {}}, {"facts": {"x": 1}}, []],
)
def test_a_slot_of_another_version_is_no_talk(stored: object) -> None:
    """An old conversation does not break a new one."""
    assert Talk.from_slot(stored) is None


@pytest.mark.parametrize(
    ("turn", "running", "is_open"),
    [(3, False, True), (6, False, True), (7, False, False), (2, False, False), (3, True, False)],
)
def test_a_talk_waits_only_so_long(turn: int, running: bool, is_open: bool) -> None:
    """Not beside an exercise, not for ever, not into another session."""
    stored = Talk(WHERE, began=2, heard=2).slots()["symptom_talk"]
    assert bool(talk.open_talk(stored, turn, exercise_running=running)) is is_open


DEEDS = [
    # text, open question, label, asks, deed
    ("left calf", WHERE, "faq/where_in_body", False, "told"),
    ("calf", WHERE, "human_handoff", False, "told"),
    ("on and off", HOW_LONG, "goodbye", False, "told"),
    ("im so stressed today", WHERE, "express_anxiety", False, None),
    ("a person please, my calf", WHERE, "human_handoff", False, None),
    ("is it bad in the calf if i drink coffee", WHERE, "faq/caffeine", True, None),
    ("where do people get it", WHERE, "faq/where_in_body", True, None),
    ("three weeks", HOW_LONG, "faq/how_long", False, "told"),
    ("since i stopped coffee", HOW_LONG, "faq/caffeine", False, "told"),
    ("no, the left one", HOW_LONG, "deny", False, "told"),
    ("no, the left one", SIGNS, "deny", False, "told"),
    ("no", WHERE, "deny", False, "skip"),
    ("yes", WHERE, "affirm", False, "unclear"),
    ("no idea", WHERE, "out_of_scope", False, "skip"),
    ("none of these", SIGNS, "out_of_scope", False, "no"),
    ("no i feel normal otherwise", SIGNS, "out_of_scope", False, "no"),
    ("no energy", SIGNS, "out_of_scope", False, "unclear"),
    ("no but it aches", SIGNS, "report_symptom", False, "unclear"),
    ("not sure", SIGNS, "out_of_scope", False, "not_sure"),
    ("one of these", SIGNS, "affirm", False, "yes"),
    ("skip", SIGNS, "exercise_control", False, "skip"),
    ("asdf", WHERE, "nlu_fallback", False, "unclear"),
    ("why", WHERE, "out_of_scope", True, "why"),
    ("never mind", WHERE, "deny", False, "end"),
    ("stop", WHERE, "stop", False, None),
    ("breathe with me", HOW_LONG, "start_breathing", False, None),
    ("thanks", HOW_LONG, "thanks", False, None),
    ("what is the capital of france", WHERE, "out_of_scope", True, None),
    ("it is so annoying", WHERE, "report_symptom", False, "unclear"),
]


@pytest.mark.parametrize(("text", "question", "label", "asks", "deed"), DEEDS)
def test_what_a_message_does(
    text: str, question: str, label: str, asks: bool, deed: str | None
) -> None:
    """An answer, a skip, a why, an end; or None where it is about something else."""
    reading = shared_reader().read(text)
    assert talk.deed_of(reading, question, label, asks=asks, typed=None) == deed


@pytest.mark.parametrize("label", ["affirm", "deny"])
def test_a_yes_belongs_to_the_reply_before(label: str) -> None:
    """Where the last reply put another question, a yes or a no is its answer."""
    reading = shared_reader().read({"affirm": "yes", "deny": "no"}[label])
    for question in talk.QUESTIONS:
        got = talk.deed_of(reading, question, label, asks=False, typed=None, put=False)
        assert got is None


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("eyelid after coffee", ("faq/caffeine", "faq/how_to_stop")),
        ("calf cramps when i lie down", ("faq/twitch_when_calm", "faq/electrolytes")),
        ("eyelid", ("faq/how_to_stop", "faq/why_anxiety_twitch")),
    ],
)
def test_the_topics_fit_what_was_told(text: str, topics: tuple[str, ...]) -> None:
    """Two of them, never one twice."""
    assert talk.topics_for(begun(text).talk.facts) == topics  # type: ignore[union-attr]


def test_all_told_is_read_as_one() -> None:
    """And a twitch told as daily and as lasting for months is said so, however it was told."""
    told = facts.told(entities("every day for 2 months"))
    assert talk.whole_text(["my eye twitches.", " every day"], Facts()) == (
        "my eye twitches. every day"
    )
    assert load_table().daily_for_long in talk.whole_text(["x"], told)


def test_offered_topics_exist() -> None:
    """The table names no topic that has no file."""
    from pathlib import Path

    table = load_table()
    folder = Path(__file__).parents[2] / "data" / "faq"
    known = {f"faq/{path.stem}" for path in folder.glob("*.yml")}
    assert {*table.topics.values(), *table.other_topics} <= known
