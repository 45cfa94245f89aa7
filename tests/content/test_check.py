"""Each message of `make check`: a broken sample that draws it alone, a mended one that does not."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from assistant.authoring import rules_wording
from assistant.authoring.check import check, main
from assistant.authoring.content import DOMAIN, PAYLOADS, RESOURCES, TABLES, TITLES
from tests.content.small_project import FILES, TODAY, write

ROOT = Path(__file__).parents[2]
CAFFEINE = "data/faq/caffeine.yml"
SLEEP = "data/faq/sleep.yml"
GREET = "data/control/greet.yml"

ANSWER = FILES[CAFFEINE].split("text: >-\n")[1].split("      buttons")[0]
SECOND = "        It can play a part. Try one small change for a week.\n"
HELLO = "Hello. Ask me about worry and twitching, or about coffee and sleep."
HARD = (
    "Physiological hyperactivity habitually necessitates considerable modification of"
    " individual circumstances, notwithstanding everything."
)
FLAGS = "".join(f"      - my hand is numb in street {n}\n" for n in range(40)) + "rules:"
NEW_TOPIC = FILES[SLEEP].replace("sleep", "how_long").replace("how_long matter", "it stay")


EXERCISE = "assistant/exercises/library/gentle.yml"
GENTLE = (ROOT / EXERCISE).read_text(encoding="utf-8")
GENTLE_SOURCES = re.findall(r"[\w-]+", GENTLE.split("\nsources: ")[1].splitlines()[0])


class Case(NamedTuple):
    """Replace `old` in one file by `broken`; one finding must come, at the line holding `at`."""

    name: str
    file: str
    old: str
    broken: str
    at: str
    says: str
    mended: str | None = None
    reported_in: str | None = None
    more: Mapping[str, str] = MappingProxyType({})


CASES = [
    # ---- 1: YAML and shape
    Case("tab", GREET, "    steps:", "\tsteps:", "\tsteps", "a tab stands here"),
    Case("colon", DOMAIN, HELLO, "Hello: ask: me", "Hello: ask", "Put a text that holds one in quotes"),
    Case(
        "open quote",
        TITLES,
        '"Sleep and twitching"}',
        '"Sleep and twitching}',
        "Sleep and",
        "never closed",
    ),
    Case("indent", CAFFEINE, "      buttons:", "     buttons:", "     buttons:", "does not line up"),
    Case("sign", DOMAIN, HELLO, "@home I help", "@home", "may not begin with this sign"),
    Case("star", DOMAIN, HELLO, "*really", "*really", "may not begin with * or &"),
    Case("unknown key", CAFFEINE, "checks:", "tests:", "tests:", "nothing reads `tests:`"),
    Case("domain key", DOMAIN, "actions:", "extras: 1\nactions:", "extras", "nothing reads `extras:`"),
    Case(
        "slot in data",
        GREET,
        "rules:",
        "slots: {a: {}}\nrules:",
        "slots:",
        "Rasa ignores it outside domain.yml",
    ),
    Case("empty file", "data/flows/new.yml", "", "# nothing\n", "#", "no `key:` at the left edge"),
    Case(
        "examples list",
        GREET,
        "rules:",
        "  - intent: greet\n    examples: [hi there]\nrules:",
        "[hi there]",
        "not a block of lines",
        "  - intent: greet\n    examples: |\n      - hi there\nrules:",
    ),
    Case(
        "block without label",
        GREET,
        "rules:",
        "  - examples: |\n      - hi there\nrules:",
        "  - examples",
        "no label",
        "  - intent: greet\n    examples: |\n      - hi there\nrules:",
    ),
    Case(
        "phrase without dash",
        GREET,
        "      - good day to you all\n",
        "      - good day to you all\n      hi there\n",
        "      hi there",
        "not a phrase",
        "      - good day to you all\n      - hi there\n",
    ),
    Case(
        "response not a list",
        DOMAIN,
        f"utter_greet:\n    - text: {HELLO}",
        f"utter_greet:\n      text: {HELLO}",
        "utter_greet",
        "not a list of wordings",
    ),
    Case("response name", DOMAIN, "utter_tripwire", "say_tripwire", "say_", "no response name"),
    Case(
        "bare wording",
        DOMAIN,
        f"- text: {HELLO}",
        f"- {HELLO}",
        HELLO,
        "a bare text",
        f"- text: {HELLO}",
    ),
    Case("no text", DOMAIN, f"- text: {HELLO}", "- buttons: []", "- buttons", "has no text"),
    Case("wording key", DOMAIN, f"- text: {HELLO}", f"- txt: a\n      text: {HELLO}", "txt", "`txt:`"),
    Case("text is yes", DOMAIN, HELLO, "yes", "text: yes", "in quotes", '"yes"'),
    Case(
        "button title",
        DOMAIN,
        'title: "Yes"',
        "title: Yes",
        "title: Yes",
        "no title that is a text",
    ),
    Case("rule without name", GREET, "rule: a greeting is answered", "rule:", "- rule:", "no name here"),
    Case(
        "rule without steps",
        GREET,
        "rules:\n",
        "rules:\n  - rule: empty\n",
        "empty",
        "this rule has no steps",
    ),
    Case("check without words", CAFFEINE, "- say: would", "- said: would", "said:", "without words"),
    Case("check expects", CAFFEINE, "expect: greet", "expect: gret", "gret", "is called `gret`"),
    Case("rules not a list", GREET, "rules:\n  - rule", "rules:\n    rule", "", "is not a list"),
    # ---- 2: names and numbers of phrases
    Case("intent name", CAFFEINE, "intent: faq/caffeine", "intent: faq/sleep", "intent:", "`intent: faq/"),
    Case("answer name", CAFFEINE, "utter_faq/caffeine:", "utter_faq/coffee:", "utter_faq", "Write `utter_"),
    Case(
        "answer without phrases",
        CAFFEINE,
        FILES[CAFFEINE].split("responses:")[0],
        'version: "3.1"\n',
        "version",
        "an answer without phrases",
    ),
    Case(
        "phrases without answer",
        CAFFEINE,
        "responses:" + FILES[CAFFEINE].split("responses:")[1],
        "",
        "#",
        "phrases without an answer",
    ),
    Case(
        "few topic phrases",
        CAFFEINE,
        FILES[CAFFEINE][FILES[CAFFEINE].index("      - caffeine question number 0") :].split("resp")[0],
        "",
        "- intent",
        "1 phrases, 30 are needed. Add 29",
    ),
    Case(
        "few intent phrases",
        GREET,
        "      - good day to you all\n",
        "",
        "- intent",
        "39 phrases, 40 are needed",
    ),
    Case(
        "few out of scope",
        GREET,
        "rules:",
        "  - intent: out_of_scope\n    examples: |\n"
        + "".join(f"      - the weather in town {n}\n" for n in range(149))
        + "rules:",
        "out_of_scope",
        "149 phrases, 150 are needed",
        "  - intent: out_of_scope\n    examples: |\n"
        + "".join(f"      - the weather in town {n}\n" for n in range(150))
        + "rules:",
        more={DOMAIN: FILES[DOMAIN].replace("  - greet\n", "  - greet\n  - out_of_scope\n")},
    ),
    Case(
        "no level",
        GREET,
        "rules:",
        "  - intent: see_doctor\n    metadata: {level: soon}\n    examples: |\n" + FLAGS,
        "see_doctor",
        "no level here. Write `metadata: {level: urgent}` for today, or routine.",
        "  - intent: see_doctor\n    metadata: {level: routine}\n    examples: |\n" + FLAGS,
        more={DOMAIN: FILES[DOMAIN].replace("  - greet\n", "  - greet\n  - see_doctor\n")},
    ),
    Case("no phrases", DOMAIN, "- greet\n", "- greet\n  - thanks\n", "thanks", "thanks has no phrases"),
    Case(
        "unlisted intent",
        GREET,
        "rules:",
        "  - intent: gret\n    examples: |\n      - hiya\nrules:",
        "gret",
        "does not list the intent gret",
    ),
    Case(
        "topic elsewhere",
        GREET,
        "rules:",
        "  - intent: faq/sleep\n    examples: |\n      - hiya\nrules:",
        "faq/sleep",
        "Move them to data/faq/sleep.yml",
    ),
    # ---- 3: phrases in two places
    Case(
        "phrase in two topics",
        SLEEP,
        "- does sleep matter at all",
        "- Does caffeine   matter, at all?!",
        "Does caffeine",
        '"Does caffeine   matter, at all?!" is also in data/faq/caffeine.yml:6. Keep it in one.',
    ),
    Case(
        "phrase twice",
        SLEEP,
        "sleep question number 7",
        "sleep question number 8",
        "",
        "is also on line",
        "sleep question number 77",
    ),
    Case(
        "annotated phrase",
        GREET,
        "hello question number 7",
        "[good](x) [day]{\"entity\": \"y\"} to you all",
        "[good]",
        "is also on line 5",
    ),
    Case(
        "check is an example",
        CAFFEINE,
        "would caffeine be the reason",
        "Sleep question, number 3",
        "Sleep question",
        "is also an example in data/faq/sleep.yml:10",
    ),
    Case(
        "held-out text",
        SLEEP,
        "does sleep matter at all",
        "would less coffee stop this",
        "would less",
        "is a held-out test (tests/nlu/heldout.yml)",
    ),
    Case(
        "held-out safety text",
        GREET,
        "good day to you all",
        "I\u2019ve had more than enough",
        "had more",
        "is a held-out test (tests/safety/heldout/crisis.yml)",
        "enough",
        more={"tests/safety/heldout/crisis.yml": '- {say: "ive had more than enough"}\n- {say: enough}'},
    ),
    Case(
        "held-out text of the second set",
        GREET,
        "good day to you all",
        "two things in one breath",
        "two things",
        "is a held-out test (tests/nlu/second/several.yml)",
        "two things",
        more={"tests/nlu/second/several.yml": "- {say: Two things in one breath!, also: greet}\n"},
    ),
    # ---- 4: repeated keys
    Case("key twice", DOMAIN, "utter_tripwire:", "utter_greet:", "", "also stands on"),
    Case(
        "response in two files",
        GREET,
        "rules:",
        "responses:\n  utter_greet:\n    - text: Good day.\nrules:",
        "utter_greet:",
        "utter_greet is also in domain.yml:",
        "responses:\n  utter_hello:\n    - text: Good day.\nrules:",
    ),
    # ---- 5: dates
    Case("bare date", CAFFEINE, 'written: "2026-11-22"\n', "written: 2026-11-22\n", "-22\n", "stops train"),
    Case("no written", CAFFEINE, '        written: "2026-11-22"\n', "", "facts: [F001]", "no `written:`"),
    Case("odd written", CAFFEINE, '"2026-11-22"\n', '"22.11.2026"\n', "22.11", "not a date in quotes"),
    Case("no reviewed", CAFFEINE, "        reviewed: null\n", "", "facts: [F001]", "no `reviewed:`"),
    Case(
        "no reviewer",
        CAFFEINE,
        "        reviewed: null\n",
        '        reviewed: "2026-12-01"\n',
        "2026-12-01",
        "reviewed by nobody",
        '        reviewed: "2026-12-01"\n        reviewer: "A. N. Other, physiotherapist"\n',
    ),
    Case(
        "odd reviewed",
        CAFFEINE,
        "        reviewed: null\n",
        '        reviewed: "soon"\n        reviewer: "A. N. Other"\n',
        '"soon"',
        "Write null, or reviewed:",
    ),
    Case("metadata key", CAFFEINE, "facts: [F001]", "fact: 1\n        facts: [F001]", "fact: 1", "`fact:`"),
    # ---- 6: answers
    Case("no facts", CAFFEINE, "        facts: [F001]\n", "", "sources: [", "no `facts:` list"),
    Case("no sources", CAFFEINE, "sources: [an-article]\n", "sources: []\n", "facts: [F001]", "no `sources:`"),
    Case("unknown fact", CAFFEINE, "[F001]", "[F002]", "F002", "docs/authors/facts.yml has no F002"),
    Case("unknown source", CAFFEINE, "[an-article]\n", "[a-rumour]\n", "a-rumour", "has no a-rumour"),
    Case("short answer", CAFFEINE, ANSWER, "        It can.\n", "- text", "2 words. Write 40 to 110"),
    Case("long answer", CAFFEINE, ANSWER, ANSWER * 3, "- text", "words. Write 40 to 110"),
    Case("no second wording", CAFFEINE, "again: true, ", "", "- text", "no wording for the second time"),
    Case("long second wording", CAFFEINE, SECOND, ANSWER + SECOND, "", "Make it shorter"),
    Case("step of its own words", CAFFEINE, "again: true, ", 'again: true, step: "Drink less.", ', "step:", "this wording does not say so", 'again: true, step: "Try one small change for a week.", '),
    Case("step of a full wording", CAFFEINE, "facts: [F001]", "step: It can.\n        facts: [F001]", "step:", "only a wording with `again: true` has a step"),
    Case("full wording later", CAFFEINE, "facts: [F001]", "again: true\n        facts: [F001]", "- text", "comes first"),
    Case(
        "one button",
        CAFFEINE,
        '        - {title: "Say hello", payload: "/greet"}\n',
        "",
        "- text",
        "two or three buttons",
    ),
    Case(
        "no doctor",
        "data/faq/how_long.yml",
        "",
        NEW_TOPIC.replace("see a doctor soon", "see someone soon"),
        "- text",
        "which signs need a doctor",
        NEW_TOPIC,
        more={TITLES: FILES[TITLES] + '  faq/how_long: {title: "How long it lasts"}\n'},
    ),
    Case(
        "same wording",
        DOMAIN,
        f"- text: {HELLO}",
        f"- text: {HELLO}\n    - text: {HELLO}",
        "",
        "the same words as on line",
        f"- text: {HELLO}\n    - text: Good day. {HELLO}",
    ),
    Case("unknown source of a safety reply", DOMAIN, "    - text: Call {emergency} if", "    - metadata: {sources: [a-rumour]}\n      text: Call {emergency} if", "a-rumour", "has no a-rumour"),
    # ---- 7: buttons, payloads, titles
    Case("button to nowhere", CAFFEINE, '"/faq/sleep"}\n      metadata: {', '"/faq/slep"}\n      metadata: {', "slep", "there is no data/faq/slep.yml"),
    Case("no payload", CAFFEINE, '"/greet"', '"greet"', '"greet"', '"greet" is no payload'),
    Case("unlisted payload", CAFFEINE, '"/greet"', '"/emergency"', "/emergency", "does not list emergency"),
    Case("unlisted slot", DOMAIN, '{"answer": "yes"}', '{"reply": "yes"}', "reply", "lists no slot reply"),
    Case("unlisted value", DOMAIN, '{"answer": "yes"}', '{"answer": "maybe"}', "maybe", "may not be maybe"),
    Case("unreadable slots", DOMAIN, '{"answer": "yes"}', "{answer: yes}", "{answer: yes}", "not readable"),
    Case("tier as payload", PAYLOADS, "- intent: greet\n", "- intent: greet\n  - intent: crisis\n", "crisis\n", "no button may send crisis"),
    Case("payload of no intent", PAYLOADS, "- intent: greet\n", "- intent: greet\n  - intent: hi\n", "hi\n", "does not list the intent hi"),
    Case("payload of no entity", PAYLOADS, "{answer:", "{mood: [low], answer:", "mood", "the entity mood"),
    Case("bare yes", PAYLOADS, '"no"', "no", ", no]", 'Write "no" in quotes'),
    Case("no title", TITLES, '  faq/sleep: {title: "Sleep and twitching"}\n', "", "#", "Add faq/sleep", reported_in=SLEEP),
    Case("dead topic title", TITLES, "titles:\n", 'titles:\n  faq/tea: {title: "Tea"}\n', "tea", "no data/faq/tea.yml"),
    Case("dead intent title", TITLES, "titles:\n", 'titles:\n  tea: {title: "Tea"}\n', "tea", "no intent tea"),
    Case("title without payload", TITLES, "titles:\n", 'titles:\n  nlu_fallback: {title: "Eh"}\n', "Eh", "Add nlu_fallback to", 'titles:\n  greet: {title: "Eh"}\n'),
    Case("empty title", TITLES, 'title: "Sleep and twitching"', 'name: "Sleep"', "Sleep", "no title here"),
    Case("same title", TITLES, "Sleep and twitching", "Coffee and twitching", "faq/sleep: {", "the same title"),
    Case("title key", TITLES, 'twitching"}', 'twitching", nto: "x"}', "nto", "nothing reads `nto:`"),
    Case(
        "flow without title",
        GREET,
        "rules:",
        "  - intent: express_anxiety\n    examples: |\n"
        + "".join(f"      - so tense today {n}\n" for n in range(40))
        + "rules:",
        "titles:",
        "no title for express_anxiety",
        reported_in=TITLES,
        more={DOMAIN: FILES[DOMAIN].replace("  - greet\n", "  - greet\n  - express_anxiety\n")},
    ),
    # ---- 8, 9: placeholders and digits
    Case("unknown placeholder", DOMAIN, "Stay with someone", "Stay {near}", "{near}", "nothing fills {near}", "Stay in {region}"),
    Case("open brace", DOMAIN, "Stay with someone", "Stay {near", "- text: >-", "without its other half"),
    Case("digit", DOMAIN, "Call {emergency} now, or", "Call 999 now, or", "999", "999 is typed into a safety reply"),
    Case("digit in a safety button", DOMAIN, '"Yes"', '"Call 999"', "Call 999", "999 is typed"),
    Case("number by channel", DOMAIN, "    - text: Please call", "    - channel: slack\n      text: Please call", "channel", "Take `channel:` out"),
    # ---- 10: reading
    Case("hard answer", CAFFEINE, "        It can. Many", f"        {HARD}\n        It can. Many", "- text", "reading grade"),
    Case("hard safety reply", DOMAIN, "Tell them what changed and when it began. Stay with someone.", "Tell them whatever happened beforehand, remembering every alteration and also when everything began, and then remain together.", "- text: >-", "at most 6 here. Split the longest sentence"),
    Case("long emergency reply", DOMAIN, "Stay with someone.", "Stay with someone. " * 30, "- text: >-", "at most 90"),
    Case("long crisis reply", DOMAIN, "That sounds very hard.", "That is hard. " * 40, "", "at most 120"),
    # ---- 11: forbidden words
    Case("harmful wording", DOMAIN, HELLO, "It is just anxiety.", "just anxiety", '"just anxiety" is not said here. We cannot know'),
    Case("exclamation mark", DOMAIN, "Stay with someone.", "Stay with someone!", "with someone!", '"!" is not said here', "Stay with them."),
    Case("second line of a text", CAFFEINE, "Try one small change for a week and", "Don\u2019t worry and", "worry and", '"Don\'t worry" is not said'),
    Case("exercise in a crisis", DOMAIN, "payload: '/crisis_answer{\"answer\": \"yes\"}'", 'payload: "/start_breathing"', "/start_", "may not offer an exercise"),
    # ---- 12: numbers
    Case("no source", RESOURCES, '"999", source: R1,', '"999",', "999", "999 has no source", '"999", source_url: "https://x.org",'),
    Case("unlisted source", RESOURCES, '"999", source: R1', '"999", source: R9', "R9", "has no R9"),
    Case("no date", RESOURCES, '"999", source: R1, verified_on: "2026-11-22"', '"999", source: R1', "999", "has no date"),
    Case("bare date of a number", RESOURCES, '"999", source: R1, verified_on: "2026-11-22"', '"999", source: R1, verified_on: 2026-11-22', "999", "without quotation marks"),
    Case("date to come", RESOURCES, '"999", source: R1, verified_on: "2026-11-22"', '"999", source: R1, verified_on: "2027-11-22"', "2027", "still to come"),
    Case("old date", RESOURCES, '"999", source: R1, verified_on: "2026-11-22"', '"999", source: R1, verified_on: "2026-06-01"', "2026-06", "warning: last checked on 2026-06-01", '"999", source: R1, verified_on: "2026-06-04"'),
    Case("bare number", RESOURCES, '"999"', "000", "000", "YAML may change this number (000)"),
    Case("no regions", RESOURCES, "regions:", "places:", "sources", "no `regions:`"),
    # ---- 13: rules and stories
    Case("story intent", GREET, "- intent: greet\n      - action", "- intent: gret\n      - action", "gret", "there is no intent gret"),
    Case("story response", GREET, "utter_greet", "utter_gret", "utter_gret", "there is no response utter_gret"),
    Case("story action", GREET, "action_breathe_next", "action_breath", "action_breath", "no action action_breath"),
    Case("story slot", GREET, "- region: UK", "- regoin: UK", "regoin", "there is no slot regoin"),
    Case("story form", GREET, "- action: action_breathe_next", "- active_loop: a_form", "a_form", "there is no form a_form", "- active_loop: null"),
    Case("listed response", DOMAIN, "- action_breathe_next", "- action_breathe_next\n  - utter_gone", "utter_gone", "utter_gone has no wording"),
    # ---- exercise files
    Case("exercise", EXERCISE, "", GENTLE.replace("\ntitle:", "\n# title:"), "#", '"title" is missing', GENTLE, more={"data/sources.yml": f"sources: {{an-article: , {': , '.join(GENTLE_SOURCES)}: }}\n"}),
]  # fmt: skip


def _tree(root: Path, case: Case, text: str) -> dict[str, str]:
    files = {**FILES, **case.more}
    before = files.get(case.file, "")
    assert case.old in before, "the sample no longer fits small_project.py"
    files[case.file] = before.replace(case.old, text, 1)
    write(root, files)
    return files


def _found(root: Path) -> list[str]:
    _, findings = check(root, today=datetime.date.fromisoformat(TODAY))
    return [str(finding) for finding in findings]


def test_the_small_project_is_faultless(tmp_path: Path) -> None:
    """Whatever a test below finds was put there by that test."""
    write(tmp_path, FILES)
    assert _found(tmp_path) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_sample_draws_its_message_alone(case: Case, tmp_path: Path) -> None:
    """One fault gives one line, which names the file, the line and the fix."""
    files = _tree(tmp_path, case, case.broken)
    found = _found(tmp_path)
    assert len(found) == 1, found
    place = case.reported_in or case.file
    assert found[0].startswith(f"{place}:")
    assert case.says in found[0]
    if case.at:
        lines = files[place].splitlines()
        line = next(n for n, text in enumerate(lines, 1) if case.at.strip("\n") in text)
        assert found[0].startswith(f"{place}:{line}: ")
    assert found[0].endswith((".", '."', "`.", '"?'))


@pytest.mark.parametrize("case", [c for c in CASES if c.mended], ids=lambda case: case.name)
def test_mended_sample_is_quiet(case: Case, tmp_path: Path) -> None:
    """Doing what the message says silences it (elsewhere the unbroken project shows that)."""
    assert case.mended is not None
    _tree(tmp_path, case, case.mended)
    assert _found(tmp_path) == []


def test_same_words_in_another_file_are_named_with_it(tmp_path: Path) -> None:
    """A response kept in two files with the same words points at the other file, not at a line."""
    copy = f"responses:\n  utter_greet:\n    - text: {HELLO}\nrules:"
    write(tmp_path, {**FILES, GREET: FILES[GREET].replace("rules:", copy, 1)})
    first = next(n for n, line in enumerate(FILES[DOMAIN].splitlines(), 1) if HELLO in line)
    words = [found for found in _found(tmp_path) if "the same words" in found]
    assert len(words) == 1
    assert words[0].startswith(f"{GREET}:")
    assert f"the same words as in {DOMAIN}:{first}. " in words[0]


@pytest.mark.parametrize("path", [DOMAIN, RESOURCES, *TABLES])
def test_missing_file_is_named(path: str, tmp_path: Path) -> None:
    """A table or frame that is gone is reported as such, without a flood of what follows from it."""
    write(tmp_path, {name: text for name, text in FILES.items() if name != path})
    found = _found(tmp_path)
    assert found == [f"{path}:1: the file is missing. Put it back, or undo its move."]


def test_short_held_out_text_may_be_an_example(tmp_path: Path) -> None:
    """Everybody says "chest pain" in the same words: up to three words are no leak."""
    write(tmp_path, {**FILES, "tests/nlu/heldout.yml": "- {say: Good day all}\n"})
    greeting = FILES[GREET].replace("good day to you all", "good day all")
    write(tmp_path, {GREET: greeting})
    assert _found(tmp_path) == []


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A file some editor saved as Latin-1 is named instead of stopping the check."""
    write(tmp_path, FILES)
    (tmp_path / TITLES).write_bytes(FILES[TITLES].replace("Coffee", "Caf\xe9").encode("latin-1"))
    assert _found(tmp_path) == [f"{TITLES}:1: not saved as UTF-8. Save it again as UTF-8."]


def test_merged_keys_of_the_number_file_count(tmp_path: Path) -> None:
    """A date shared by an anchor is found, and reported once when it is too old."""
    shared = FILES[RESOURCES].replace(', verified_on: "2026-11-22"', ", <<: *checked")
    for date, expected in (("2026-11-22", 0), ("2026-01-01", 1)):
        write(tmp_path, {**FILES, RESOURCES: f'all: &checked {{verified_on: "{date}"}}\n{shared}'})
        assert len(_found(tmp_path)) == expected


def test_warning_fails_only_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An old date lets `make check` pass and stops `--release`."""
    write(tmp_path, FILES)
    late = [str(tmp_path), "--today", "2027-11-22"]
    assert main(late) == 0
    assert "warning: last checked on 2026-11-22" in capsys.readouterr().out
    assert main([*late, "--release"]) == 1
    said = capsys.readouterr().out
    assert "warning:" not in said
    assert said.splitlines()[-1] == "12 files checked: 2 errors, 0 warnings."


def test_closing_line_counts_files_and_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last line says how much was read and how much is wrong."""
    write(tmp_path, {**FILES, TITLES: FILES[TITLES].replace("titles:", "titels:")})
    assert main([str(tmp_path), "--today", TODAY]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "12 files checked: 3 errors, 0 warnings."


def test_every_number_placeholder_of_the_resource_file_is_known() -> None:
    """What assistant/safety/resources.py can fill, an author may write."""
    from assistant.safety import resources

    assert resources.placeholders(None).keys() <= rules_wording.PLACEHOLDERS


def test_check_is_quick_and_loads_no_rasa() -> None:
    """Authors run it before every change: it starts, reads everything and stops in seconds."""
    program = (
        "import sys; from assistant.authoring.check import main; main([]);"
        "sys.exit(any(n.split('.')[0] in ('rasa', 'rasa_sdk', 'spacy') for n in sys.modules))"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 10


def test_real_content_has_no_error() -> None:
    """What is in the repository passes its own check."""
    _, findings = check(ROOT, today=datetime.date.today())
    assert [str(finding) for finding in findings if not finding.warning] == []
