"""The one question where the detectors are unsure (decision 0016), through the trained agent.

Which message lies in the grey zone is the trained model's affair, so these tests take the first of
many mild ones that does.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conversations.script import Talk

MILD = {
    "body": """
        my body is not itself today
        something about my leg bugs me
        my arms have been odd lately
        my foot does its own thing
        i feel off balance in my own skin
        my legs are restless and strange at night
        my heart does funny things
        things feel far away
        i feel shaky
        my hands shake when i hold a cup
        my hand trembles
        my eyes are tired and blurry from screens
        my voice shakes when i talk to people
        i get a lump in my throat
        my jaw is tight all day
        i feel light in the head when i am hungry
        my back aches after sitting
        i get cold hands
        my fingers lock up when i write
        my legs ache after running
        why do my legs jump at night
        is it normal that my hands get cold
        my eye will not stop jumping
        my calves cramp at night
        my shoulder is tight and sore
        i get hot and sweaty at night
        i feel sick before work
        my neck is stiff from the pillow
        my heart races when i stand up
        i have a knot in my stomach
        my chest flutters when i lie down
        my muscles are sore and jumpy
        does being tired make my hands clumsy
        why do i drop my phone when nervous
        my knees knock when i am scared
        i sigh a lot
        my skin crawls before exams
        my ears ring when it is quiet
        i bump into things when i am tired
        i forget words when i am stressed
    """,
    "mood": """
        everything is grey today
        nothing is fun any more
        i feel hollow
        i am so tired of being me
        what is the use
        i cry a lot
        i feel alone
        nobody gets me
        i am a mess
        i hate my life at work
        i want to sleep all day
        i feel like giving up on running
        i am worn down
        it is all too much today
        i feel guilty all the time
        i feel nothing lately
        i let everybody down
        i am so done today
        who would miss a guy like me at the office
        i can not see a way to fix my sleep
        i hate myself for eating cake
        nothing helps me
        i feel trapped in meetings
        i wish i was someone else
        i have no friends
        i am sad
        i feel useless
        life is hard
        i feel broken
        why bother
        i am failing at everything
        i do not care any more
        i am exhausted by this
        it never ends
        i feel like crying
        the nights are the worst
        i feel dark today
        i just want peace
        i want it to be quiet
        i feel worthless at work
        nothing makes sense to me
        i am not okay
        who cares about any of it
        i feel like a ghost in my own house
        i wish the world would pause
        i am tired of trying so hard
        i can not keep up with life
        it feels like i do not matter at work
        i want a break from everything
        some days i would like to vanish on holiday
        i am at my limit with my boss
        i lost hope for my team
        everyone is better at this than me
        i want out of this job
        i feel i am going under
        i could scream
        nobody needs me at home today
        i sit in the dark a lot
        i have had enough of this week
        what is the point of my studies
    """,
}
QUESTION = {"body": "utter_check_body", "mood": "utter_check_mood"}
FIRST = {"body": "utter_tripwire", "mood": None}
LINE = {"body": "utter_soft_line", "mood": "utter_support_line"}
YES = {"body": "utter_see_doctor_urgent", "mood": "utter_crisis_imminent"}
TIER = {"body": "see_doctor", "mood": "crisis"}
KINDS = ("body", "mood")


def _payload(answer: str, kind: str) -> str:
    return f'/check_answer{{"answer":"{answer}","about":"{kind}"}}'


@pytest.fixture(scope="module")
def grey(agent: Any, session_loop: asyncio.AbstractEventLoop) -> dict[str, list[str]]:
    """Every mild message that lies in the grey zone, by kind."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for text in (line.strip() for block in MILD.values() for line in block.splitlines()):
        parse = session_loop.run_until_complete(agent.parse_message(text)) if text else {}
        kind = (parse.get("safety") or {}).get("check")
        if kind:
            found[kind].append(text)
    return found


@pytest.fixture(params=KINDS)
def asked(request: pytest.FixtureRequest, chat: Any, grey: dict[str, list[str]]) -> Any:
    """A conversation in which the question was just put, and its kind."""
    kind = request.param
    assert grey[kind], f"no mild message lies in the grey zone of {kind}: add some to MILD"
    talk = Talk(chat)
    buttons = [_payload(answer, kind) for answer in ("yes", "no", "not_sure")]
    step = {
        "say": grey[kind][0],
        "bot": [QUESTION[kind]],
        "buttons": buttons,
        "numbers_for": "anywhere",
        "slot": {"safety_tier": None},
    }
    assert talk.take(step) == [], talk.transcript
    return talk, kind, grey[kind]


def test_help_comes_before_the_question(asked: Any) -> None:
    """The tripwire or the lines stand first, and the question is the last paragraph."""
    talk, kind, _ = asked
    paragraphs = talk.last_text.split("\n\n")
    assert paragraphs[-1].endswith("?")
    helps = [i for i, part in enumerate(paragraphs) if "911" in part or "988" in part]
    assert helps and helps[0] < len(paragraphs) - 1


def test_the_topic_stays_the_intent(asked: Any) -> None:
    """A grey message is no tier."""
    talk, kind, _ = asked
    parse = talk.chat.tracker().latest_message.parse_data
    assert parse["intent"]["name"] not in ("emergency", "crisis", "see_doctor")
    assert parse["safety"]["check"] == kind
    assert parse["safety"]["tier"] is None


@pytest.mark.parametrize("how", ["button", "yes", "maybe"])
def test_yes_raises_and_latches(asked: Any, how: str) -> None:
    """Pressed or typed."""
    talk, kind, _ = asked
    said = _payload("yes", kind) if how == "button" else how
    step = {
        "say": said,
        "bot": [YES[kind]],
        "numbers_for": "anywhere",
        "slot": {"safety_tier": TIER[kind]},
    }
    assert talk.take(step) == [], talk.transcript


@pytest.mark.parametrize("how", ["no-button", "not_sure-button", "no", "not sure", "idk"])
def test_otherwise_the_first_question_is_answered(asked: Any, how: str) -> None:
    """With the line of care, and without a latch."""
    talk, kind, _ = asked
    held = talk.chat.slot("safety_question")["label"]
    answer, _, button = how.partition("-")
    said = _payload(answer, kind) if button else how
    step = {
        "say": said,
        "lines": [LINE[kind]],
        "never": [*YES.values(), *QUESTION.values()],
        "slot": {"safety_tier": None},
    }
    if held.startswith("faq/"):
        step["bot"] = [f"utter_{held}"]
    assert talk.take(step) == [], talk.transcript


def test_the_same_kind_is_not_asked_twice(asked: Any) -> None:
    """Neither the same message nor another one brings the question again."""
    talk, kind, messages = asked
    for text in [messages[0], *messages[1:3]]:
        step = {"say": text, "never": [QUESTION[kind]], "lines": [LINE[kind]]}
        assert talk.take(step) == [], talk.transcript


def test_a_red_flag_typed_instead_of_an_answer_wins(asked: Any) -> None:
    """Whatever was asked."""
    talk, _, _ = asked
    step = {"say": "no but i have chest pain", "bot": ["utter_emergency"]}
    assert talk.take(step) == [], talk.transcript


def test_another_question_typed_instead_is_answered(asked: Any) -> None:
    """Nobody is held to the question; a later yes is not taken for its answer."""
    talk, _, _ = asked
    steps = [
        {"say": "/faq/magnesium", "bot": ["utter_faq/magnesium"]},
        {"say": "yes", "never": list(YES.values())},
    ]
    for step in steps:
        assert talk.take(step) == [], talk.transcript


@pytest.mark.parametrize("opening", ["i want to die", "my arm feels a bit weak"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_asked_while_a_red_flag_stands(
    opening: str, kind: str, chat: Any, grey: dict[str, list[str]]
) -> None:
    """Help is in sight already."""
    talk = Talk(chat)
    for said in (opening, grey[kind][0]):
        assert talk.take({"say": said, "never": list(QUESTION.values())}) == [], talk.transcript
    assert not chat.slot("safety_question")
