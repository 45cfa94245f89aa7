"""Every script of this folder, through the trained agent with its real actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversations import script as scripts


@pytest.mark.parametrize(
    "path",
    scripts.script_files(),
    ids=lambda p: f"{p.parent.name}/{p.stem}",
)
def test_a_conversation_goes_as_written(
    path: Path, chat: Any, request: pytest.FixtureRequest
) -> None:
    """The bot follows the script, step by step."""
    script = scripts.read(path)
    faults = scripts.faults(script, scripts.known())
    where = f"{path.relative_to(scripts.ROOT)}: {script.get('conversation')}"
    if faults:
        pytest.fail(f"{where}\n  " + "\n  ".join(faults), pytrace=False)
    if reason := script.get("known_miss"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    talk = scripts.Talk(chat)
    for number, step in enumerate(script["steps"], 1):
        if wrong := talk.take(step):
            told = "\n  ".join(wrong)
            pytest.fail(f"{where}\n  step {number}: {told}\n{talk.transcript}", pytrace=False)


def test_every_script_stands_in_a_known_folder() -> None:
    """A script in a folder of another name says no kind of trouble."""
    folders = {path.parent.name for path in scripts.script_files()}
    assert folders == set(scripts.FOLDERS)


def test_every_conversation_has_a_sentence_of_its_own() -> None:
    """Two scripts with one name would be the same conversation twice."""
    names = [scripts.read(path)["conversation"] for path in scripts.script_files()]
    assert sorted(names) == sorted(set(names))


def _script(**step: Any) -> dict[str, Any]:
    return {"conversation": "a greeting is greeted", "steps": [{"say": "hi", **step}]}


def test_a_script_without_faults_has_none() -> None:
    """What the scripts are made of is accepted."""
    step = _script(
        bot=["utter_greet"],
        one_of=["utter_greet", "utter_thanks"],
        never=["utter_default"],
        intent="greet",
        buttons=["/start_breathing"],
        slot={"region": None},
        lines=["utter_disclosure"],
        no_lines=["utter_soft_line"],
        numbers_for="UK",
        starts_with_disclosure=True,
    )
    assert scripts.faults(step, scripts.known()) == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (_script(bott=["utter_greet"]), "unknown field 'bott'"),
        (_script(bot=["utter_gret"]), "no response 'utter_gret'"),
        (_script(bot=["utter_faq/no_such_topic"]), "no response 'utter_faq/no_such_topic'"),
        (_script(bot="utter_greet"), "no list of response keys"),
        (_script(bot=[]), "no list of response keys"),
        (_script(never=["utter_nothing_like_this"]), "no response"),
        (_script(intent="greeting"), "no intent 'greeting'"),
        (_script(slot={"no_such_slot": 1}), "no slot 'no_such_slot'"),
        (_script(numbers_for="France"), "no region 'France'"),
        (_script(starts_with_disclosure="yes"), "neither true nor false"),
        (_script(), "nothing is expected"),
        (_script(say=True, bot=["utter_greet"]), "say: is no text"),
        ({"conversation": "a greeting is greeted", "steps": []}, "there are no steps"),
        ({**_script(bot=["utter_greet"]), "conversation": "greet"}, "is no sentence"),
        ({**_script(bot=["utter_greet"]), "note": "x"}, "unknown field 'note'"),
        ({**_script(bot=["utter_greet"]), "known_miss": True}, "known_miss: is no reason"),
    ],
)
def test_a_faulty_script_is_refused(script: dict[str, Any], told: str) -> None:
    """A slip in a script is named, never skipped."""
    assert any(told in fault for fault in scripts.faults(script, scripts.known()))


@pytest.mark.parametrize(
    "step",
    [
        {"bot": ["utter_thanks"]},
        {"one_of": ["utter_thanks", "utter_goodbye"]},
        {"never": ["utter_greet"]},
        {"intent": "thanks"},
        {"buttons": ["/no_such_button"]},
        {"slot": {"region": "UK"}},
        {"lines": ["utter_help_block"]},
        {"no_lines": ["utter_disclosure"]},
        {"numbers_for": "UK"},
        {"starts_with_disclosure": False},
    ],
    ids=lambda step: next(iter(step)),
)
def test_each_expectation_can_fail(step: dict[str, Any], chat: Any) -> None:
    """No field of a script is only decoration."""
    assert len(scripts.Talk(chat).take({"say": "hi", **step})) == 1
