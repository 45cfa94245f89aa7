"""The safety check: either detector raises, none lowers, and a slash opens no door."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.slots import AnySlot, BooleanSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu import safety_check
from assistant.nlu.labels import Reading
from assistant.nlu.safety_check import SafetyCheck, as_output, context_of, from_output, raised
from assistant.safety.finding import Context, Finding, rank, reply_key

LEAST = {"emergency": 0.3, "crisis": 0.3, "see_doctor": 0.4}
EMERGENCY = Finding("emergency", code="E6", evidence="chest pain", rules=("E6",))
CRISIS = Finding("crisis", code="C2", rules=("C2",), markers=True)
URGENT = Finding("see_doctor", "urgent", "U1", rules=("U1",))
ROUTINE = Finding("see_doctor", "routine", "D1", rules=("D1",))
BY_WORDS = {"chest pain": EMERGENCY, "want to die": CRISIS, "weak": ROUTINE, "very weak": URGENT}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Rules of four phrases in place of the lexicon; the list collects what they were shown."""
    texts: list[str] = []

    def detect(text: str, context: Context = Context()) -> Finding:  # noqa: B008 - frozen
        texts.append(text)
        found = [finding for words, finding in BY_WORDS.items() if words in text.lower()]
        return max(found, key=lambda f: rank(f.tier, f.level), default=Finding())

    monkeypatch.setattr(safety_check, "detect", detect)
    return texts


def _tracker(**slots: Any) -> DialogueStateTracker:
    return DialogueStateTracker(
        "somebody",
        [
            AnySlot("safety_latch", [{}], initial_value=slots.get("safety_latch")),
            BooleanSlot("exercise_running", [{}], initial_value=slots.get("exercise_running")),
        ],
    )


def _checked(
    text: str,
    *,
    corrected: str | None = None,
    intent: str = "faq/sleep",
    rest: str = "faq/sleep",
    **probabilities: float,
) -> Message:
    message = Message({"text": text})
    message.set("corrected", corrected or text.lower())
    safety_check.write_reading(message, Reading(intent, 0.9, ((intent, 0.9),), 0.8, ()))
    message.set("label_probabilities", probabilities)
    message.set(
        "reading_without_safety_labels", Reading(rest, 0.35, ((rest, 0.35),), 0.8, ("faq/sleep",))
    )
    SafetyCheck(LEAST).process([message], _tracker())
    return message


def _tier(message: Message) -> str | None:
    tier = (message.get("safety") or {}).get("tier")
    if tier:
        assert message.get("intent") == {"name": tier, "confidence": 1.0}
        assert message.get("intent_ranking")[0] == {"name": tier, "confidence": 1.0}
    return str(tier) if tier else None


def test_a_message_without_a_flag_keeps_its_reading(seen: list[str]) -> None:
    """Nothing found, nothing changed, nothing added."""
    message = _checked("does coffee matter")
    assert message.get("intent")["name"] == "faq"
    assert message.get("safety") is None


@pytest.mark.parametrize(
    ("text", "label", "probability", "tier"),
    [
        ("hello", "emergency", 0.3, "emergency"),
        ("hello", "emergency", 0.29, None),
        ("hello", "crisis", 0.3, "crisis"),
        ("hello", "see_doctor", 0.4, "see_doctor"),
        ("hello", "see_doctor", 0.39, None),
        ("i am weak", "emergency", 0.5, "emergency"),
        ("i am weak", "emergency", 0.49, "see_doctor"),
        ("i am weak", "crisis", 0.5, "crisis"),
        ("i am weak", "crisis", 0.2, "see_doctor"),
        ("i want to die", "see_doctor", 0.99, "crisis"),
        ("i want to die", "emergency", 0.5, "emergency"),
        ("chest pain", "crisis", 0.9, "emergency"),
        ("chest pain", "see_doctor", 0.9, "emergency"),
        ("chest pain", "faq/sleep", 0.99, "emergency"),
    ],
)
def test_the_higher_of_both_detectors_wins(
    seen: list[str], text: str, label: str, probability: float, tier: str | None
) -> None:
    """The classifier can raise what the rules found, from its threshold on, and never lower it."""
    assert _tier(_checked(text, **{label: probability})) == tier


@pytest.mark.parametrize(
    ("emergency", "see_doctor", "tier"),
    [(0.8, 0.9, "see_doctor"), (0.8, 0.7, "emergency"), (0.4, 0.1, "see_doctor")],
)
def test_a_question_is_raised_only_where_the_classifier_leans_to_emergency(
    monkeypatch: pytest.MonkeyPatch, emergency: float, see_doctor: float, tier: str
) -> None:
    """It sees both in "can anxiety cause chest pain"; today, the call first, is row 12."""
    asked = Finding("see_doctor", "urgent", "E6", rules=("E6",), variant="asked")
    monkeypatch.setattr(safety_check, "detect", lambda text, context: asked)
    assert _tier(_checked("asked", emergency=emergency, see_doctor=see_doctor)) == tier


def test_the_rules_level_survives_a_classifier_of_the_same_tier(seen: list[str]) -> None:
    """Urgent stays urgent though the classifier only knows routine."""
    message = _checked("very weak", see_doctor=0.99)
    assert message.get("safety")["level"] == "urgent"
    assert message.get("safety")["code"] == "U1"


def test_the_classifier_alone_says_so(seen: list[str]) -> None:
    """Its findings carry their own code, and a doctor's visit is routine."""
    safety = _checked("hello", see_doctor=0.5).get("safety")
    assert (safety["code"], safety["level"]) == ("NLU", "routine")


@pytest.mark.parametrize(
    ("sleep", "emergency", "tier"),
    [(0.88, 0.4, None), (0.88, 0.6, "emergency"), (0.8, 0.4, "emergency")],
)
def test_beside_a_plain_meaning_a_safety_label_needs_more(
    seen: list[str], sleep: float, emergency: float, tier: str | None
) -> None:
    """A trace of everything is in "i can't sleep"; a real lean still counts."""
    message = Message({"text": "hello"})
    message.set("corrected", "hello")
    safety_check.write_reading(message, Reading("faq/sleep", 0.9, (("faq/sleep", 0.9),), 0.8, ()))
    message.set("label_probabilities", {"faq/sleep": sleep, "emergency": emergency})
    SafetyCheck({}).process([message], _tracker())
    assert _tier(message) == tier


@pytest.mark.parametrize(
    ("text", "probabilities"),
    [
        ("i want to die", {"emergency": 0.5}),
        ("chest pain", {"crisis": 0.5}),
        ("hello", {"emergency": 0.3, "crisis": 0.6}),
    ],
)
def test_emergency_and_crisis_get_the_merged_reply(
    seen: list[str], text: str, probabilities: dict[str, float]
) -> None:
    """Whoever saw which, neither number is lost."""
    finding = from_output(_checked(text, **probabilities).get("safety"))
    assert finding.tier == "emergency"
    assert reply_key(finding) == "utter_emergency_and_crisis"


def test_a_raised_tier_leaves_the_lower_tiers_variant_behind() -> None:
    """A helpline request that is an emergency gets the emergency's reply."""
    asked = Finding("crisis", variant="resources")
    assert reply_key(raised(asked, "emergency")) == "utter_emergency_and_crisis"
    mental = Finding("see_doctor", "urgent", variant="mental")
    assert reply_key(raised(mental, "crisis")) == "utter_crisis"


def test_somebody_else_stays_somebody_else_when_raised() -> None:
    """The reply still speaks of the other person."""
    other = Finding("see_doctor", "urgent", person="other", variant="other")
    assert reply_key(raised(other, "emergency")) == "utter_emergency_other"


def test_a_crisis_the_classifier_saw_is_remembered(seen: list[str]) -> None:
    """Idioms excuse nothing for ten turns after it."""
    assert _checked("hello", crisis=0.9).get("safety")["markers"] is True


def test_a_raised_tier_owes_no_soft_line() -> None:
    """Its own reply says more."""
    soft = Finding(append=("soft_line", "support_line"))
    assert raised(soft, "crisis").append == ("support_line",)


def test_an_unsure_safety_label_is_answered_by_the_rest(seen: list[str]) -> None:
    """Below its threshold the next best counts, offers included, and no safety intent is left."""
    message = _checked("hello", intent="see_doctor", rest="nlu_fallback", see_doctor=0.39)
    assert message.get("intent")["name"] == "nlu_fallback"
    assert message.get("offer") == ["faq/sleep"]
    assert _tier(message) is None


@pytest.mark.parametrize(
    ("label", "probability", "check"),
    [("see_doctor", 0.39, "body"), ("emergency", 0.29, "body"), ("crisis", 0.29, "mood"),
     ("crisis", 0.001, None)],
)  # fmt: skip
def test_the_grey_zone_is_told_to_the_policy(
    seen: list[str], label: str, probability: float, check: str | None
) -> None:
    """The topic stays the intent; `check` stands beside it."""
    message = _checked("hello", **{label: probability})
    assert message.get("intent")["name"] == "faq"
    assert (message.get("safety") or {}).get("check") == check


def test_what_the_rules_excuse_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who says "I am not suicidal" has answered the question."""
    denied = Finding(rules=("denied:crisis",), append=("support_line",))
    monkeypatch.setattr(safety_check, "detect", lambda text, context: denied)
    assert _checked("not suicidal", crisis=0.2).get("safety")["check"] is None


def test_raw_and_corrected_text_are_both_looked_at(seen: list[str]) -> None:
    """Correction never is the only thing the check sees."""
    _checked("raw words", corrected="other words")
    assert seen == ["raw words", "other words"]


def test_correction_can_raise(seen: list[str]) -> None:
    """A flag only the corrected text shows counts."""
    assert _tier(_checked("chst payn", corrected="chest pain")) == "emergency"


@pytest.mark.parametrize("corrected", ["something harmless", "weak"])
def test_correction_can_not_lower(seen: list[str], corrected: str) -> None:
    """A flag the raw text shows stays, whatever correction makes of it."""
    message = _checked("chest pain", corrected=corrected)
    assert message.get("safety")["code"] == "E6"


def test_what_only_the_corrected_text_owes_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt word that ends an exercise, or asks for a soft line, counts beside no tier."""
    by_text = {
        "dizy": Finding(soft=("past",), append=("soft_line",)),
        "dizzy": Finding(exercise_exit=True, markers=True, append=("support_line",)),
    }
    monkeypatch.setattr(safety_check, "detect", lambda text, context: by_text[text])
    safety = _checked("dizy", corrected="dizzy").get("safety")
    assert safety["exercise_exit"] and safety["markers"]
    assert safety["append"] == ["soft_line", "support_line"]
    assert safety["soft"] == ["past"]


@pytest.mark.parametrize(
    "text", ['/inform{"x":"chest pain"}', "/greet chest pain", "//chest_pain", " / chest pain"]
)
def test_a_flag_inside_a_payload_counts(seen: list[str], text: str) -> None:
    """Button text is checked like any other, and its slash comes off."""
    message = _checked(text)
    assert _tier(message) == "emergency"
    assert not message.get("text").lstrip().startswith("/")


@pytest.mark.parametrize(
    "text",
    ["/restart", "/session_start", '/greet{"region": "UK"}', "/emergency", " /back now", "/"],
)
def test_an_unlisted_payload_is_plain_words(seen: list[str], text: str) -> None:
    """Rasa's own reader must find no slash; the classifier's reading of the words stands."""
    message = _checked(text)
    assert not message.get("text").lstrip().startswith("/")
    assert message.get("intent")["name"] == "faq"
    assert _tier(message) is None


def test_words_after_a_slash_can_be_raised_by_the_classifier(seen: list[str]) -> None:
    """A slash in front of an emergency is no way around the second detector."""
    assert _tier(_checked("/my face fell", emergency=0.9)) == "emergency"


def test_a_topics_button_is_that_topic(seen: list[str]) -> None:
    """The reading is certain and in Rasa's shape, whatever the classifier thought."""
    message = _checked("/faq/caffeine", intent="greet", emergency=0.9)
    assert message.get("intent") == {"name": "faq", "confidence": 1.0}
    response = message.get("response_selector")["faq"]["response"]
    assert response["intent_response_key"] == "faq/caffeine"
    assert response["utter_action"] == "utter_faq/caffeine"
    assert message.get("text") == "faq/caffeine"


def test_a_topic_that_does_not_exist_is_out_of_scope(seen: list[str]) -> None:
    """An old button must not end in an empty reply."""
    message = _checked("/faq/no_such_topic")
    assert message.get("intent")["name"] == "out_of_scope"
    assert not message.get("text").startswith("/")


def test_a_listed_payload_is_left_to_rasa(seen: list[str]) -> None:
    """Its slash stays on, so that Rasa's reader sets intent and slots."""
    message = _checked('/start_breathing{"technique":"gentle"}')
    assert message.get("text") == '/start_breathing{"technique":"gentle"}'


def test_a_text_that_only_mentions_a_slash_is_untouched(seen: list[str]) -> None:
    """Only a slash in front makes a payload."""
    assert _checked("chest/arm twitches").get("text") == "chest/arm twitches"


def test_the_conversation_is_looked_at() -> None:
    """Exercise, latch and crisis words of the last ten messages reach the rules."""
    tracker = _tracker(safety_latch={"tier": "crisis"}, exercise_running=True)
    tracker.update(UserUttered("a", parse_data={"safety": {"markers": True}}))  # type: ignore[typeddict-item]
    assert context_of(tracker) == Context(True, True, "crisis")
    for _ in range(safety_check.MARKER_TURNS):
        tracker.update(UserUttered("b", parse_data={}))  # type: ignore[typeddict-item]
    assert context_of(tracker) == Context(True, False, "crisis")


@pytest.mark.parametrize("finding", [Finding(), EMERGENCY, URGENT, raised(CRISIS, "emergency")])
def test_a_finding_survives_the_tracker(finding: Finding) -> None:
    """What the policy reads back is what the check wrote."""
    assert from_output(as_output(finding)) == finding


def test_why_is_not_stored() -> None:
    """The lexicon's reason is for reviewers, not for a database of conversations."""
    assert "why" not in as_output(Finding("crisis", why="a reason"))


@pytest.mark.parametrize("finding", [Finding(), ROUTINE, URGENT, CRISIS, EMERGENCY])
@pytest.mark.parametrize("label", ["see_doctor", "crisis", "emergency"])
def test_raising_never_lowers(finding: Finding, label: str) -> None:
    """For every pair of what the rules and the classifier can find."""
    after = raised(finding, label)
    assert rank(after.tier, after.level) >= rank(finding.tier, finding.level)
    assert rank(after.tier, None)[0] >= rank(label, None)[0]
