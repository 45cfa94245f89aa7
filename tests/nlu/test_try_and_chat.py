"""`make try` and `make chat`: what an author sees of one message, and of a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.authoring import agent as trained
from assistant.authoring import chat, try_say
from assistant.authoring.agent import Reply
from assistant.authoring.project import Project, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Project:
    """The project's own content."""
    return load(ROOT)


@pytest.fixture
def loaded(agent: Any, session_loop: asyncio.AbstractEventLoop, monkeypatch: Any) -> None:
    """The shared agent in place of a second one."""

    async def shared() -> Any:
        return agent

    def run(turn: Any) -> Any:
        return session_loop.run_until_complete(turn)

    monkeypatch.setattr(trained, "load", shared)
    monkeypatch.setattr(try_say.asyncio, "run", run)
    monkeypatch.delenv("SAY", raising=False)


def _line(project: Project, key: str) -> str:
    variant = project.responses[key][0]
    return f"{variant.page.path}:{variant.text_node.start_mark.line + 1}"


def test_try_names_the_topic_its_file_and_line(
    loaded: None, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was understood, where the answer stands, and its words."""
    assert try_say.main(["does coffee make twitching worse"]) == 0
    out = capsys.readouterr().out
    assert "Understood   faq/caffeine" in out
    assert f"utter_faq/caffeine  {_line(project, 'utter_faq/caffeine')}" in out
    assert "Nearest" in out and "Next best" in out and "Red flag     none" in out
    assert "/faq/" in out


def test_try_shows_the_red_flag_with_its_evidence(
    loaded: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tier, code and the words that raised it."""
    assert try_say.main(["i have chest pain"]) == 0
    out = capsys.readouterr().out
    assert "Red flag     emergency" in out
    assert '"chest pain"' in out


def test_try_reads_the_variable_as_it_was_typed(
    loaded: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quotes in SAY survive, whatever a shell made of the argument."""
    monkeypatch.setenv("SAY", 'my doctor said "rest", where do you twitch in leeds')
    assert try_say.main(["my doctor said rest"]) == 0
    assert "region = UK" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], [""], ["  "]])
def test_try_without_words_is_a_usage_line(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code 2, one line, and no model loaded."""
    monkeypatch.delenv("SAY", raising=False)
    assert try_say.main(words) == 2
    assert capsys.readouterr().err == try_say.USAGE + "\n"


@pytest.mark.parametrize("command", [lambda: try_say.main(["hello"]), chat.main])
def test_a_missing_model_is_one_clean_line(
    command: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """With the command that makes one, and nothing else."""
    monkeypatch.setattr(trained, "MODEL", tmp_path / "none.tar.gz")
    assert command() == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "There is no model yet. Run: make train\n")


def test_every_wording_is_found_by_its_own_words(project: Project) -> None:
    """Filled and surrounded by added lines, each wording still leads to its line."""
    wrong = []
    for key, variants in project.responses.items():
        for number, variant in enumerate(variants):
            words = try_say._PLACE.sub("999", variant.text)
            place = f"{variant.page.path}:{variant.text_node.start_mark.line + 1}"
            found = try_say.place_of(project, key, f"Added first.\n\n{words}\n\nAdded last.")
            earlier = any(try_say._made_from(v.text, words) for v in variants[:number])
            if found != place and not earlier and words.strip("9"):
                wrong.append((key, place, found))
    assert wrong == []


def test_words_nobody_wrote_have_no_place(project: Project) -> None:
    """The static reply of a failed turn carries no key."""
    assert try_say.place_of(project, "", "Something went wrong.") is None


def _talk(
    typed: list[str], answers: Callable[[str], list[Reply]], *, ends: bool = False
) -> tuple[list[str], list[str]]:
    """Type lines into a chat; return what was sent and what was shown."""
    sent: list[str] = []
    shown: list[str] = []
    lines = iter(typed)

    def ask(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    def say(text: str) -> list[Reply]:
        sent.append(text)
        return answers(text)

    if ends:
        with pytest.raises(EOFError):
            chat.talk(say, ask, shown.append)
    else:
        chat.talk(say, ask, shown.append)
    return sent, shown


BUTTONS = [
    {"title": "Sleep", "payload": "/faq/sleep"},
    {"title": "Coffee", "payload": "/faq/caffeine"},
]


def test_a_number_presses_the_button() -> None:
    """Buttons are numbered through all replies of a turn, and only the latest count."""
    two = [Reply("One.", "", BUTTONS[:1]), Reply("Two.", "", BUTTONS[1:])]
    sent, shown = _talk(["hi", "2", "1", "/quit"], lambda text: two if text == "hi" else [])
    assert sent == ["hi", "/faq/caffeine", "1"]
    assert "  1  Sleep" in shown and "  2  Coffee" in shown


@pytest.mark.parametrize("typed", ["0", "3", "1 2", "one", "²"])
def test_what_is_no_buttons_number_is_said(typed: str) -> None:
    """Words and other numbers are words."""
    sent, _ = _talk(["hi", typed, "/quit"], lambda text: [Reply("Well.", "", BUTTONS)])
    assert sent == ["hi", typed]


def test_quit_and_the_end_of_input_end_it() -> None:
    """Nothing is sent for either, nor for an empty line."""
    assert _talk(["", "  ", "/quit"], lambda text: [])[0] == []
    assert _talk(["hi"], lambda text: [], ends=True)[0] == ["hi"]


def test_a_reply_is_wrapped_and_keeps_its_lines() -> None:
    """Long lines break at words; blank lines stay."""
    lines = chat.shown([Reply("word " * 60 + "\n\nend")])
    assert max(len(line) for line in lines) <= chat.WIDTH
    assert lines[-3:] == ["", "end", ""]


def test_a_chat_is_one_conversation(agent: Any, session_loop: asyncio.AbstractEventLoop) -> None:
    """The second answer is the second wording: the turns belong together."""
    say = chat.sayer(session_loop, agent)
    first, second = say("/faq/caffeine"), say("/faq/caffeine")
    assert first[-1].key == second[-1].key == "utter_faq/caffeine"
    assert first[-1].text != second[-1].text
    assert first[-1].buttons
