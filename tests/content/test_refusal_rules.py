"""What the checker says about refusals: kinds, rows, conditions, the topic list."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from assistant.authoring import rules_refusals as rules
from assistant.authoring.check import check
from assistant.authoring.content import DOMAIN, TOPIC_LIST, get, items, scalar
from assistant.authoring.project import load
from tests.content.small_project import FILES, TODAY, write

ROOT = Path(__file__).parents[2]
PHRASES = "data/control/out_of_scope.yml"
WORDS = "data/control/unknown.yml"


def _block(kind: str, count: int, subject: str = "") -> str:
    lines = "".join(f"      - {subject or kind} matters, case {n}\n" for n in range(count))
    return f"  - intent: out_of_scope\n    metadata: {{kind: {kind}}}\n    examples: |\n{lines}"


def _wording(text: str, **conditions: str) -> str:
    asked = "".join(
        f"        - {{type: slot, name: {name}, value: {value}}}\n"
        for name, value in conditions.items()
    )
    return f"    - text: {text}\n" + (f"      condition:\n{asked}" if asked else "")


FAR = _wording("No. Call {emergency_list} if it cannot wait.")
PET = _wording("Ask a vet. Call {emergency_list}.", refusals="first", refusal_kind="pet")
SECOND = _wording("No again. Call {emergency_list}.", refusals="second")
LATER = _wording("Ask a human. Call {emergency_list}.", refusals="later")
LATER_TOO = _wording("A human can help. Call {emergency_list}.", refusals="later")
VET = _wording("A vet.", refusal_kind="pet")
REFUSING = {
    **FILES,
    DOMAIN: FILES[DOMAIN]
    .replace("  - greet\n", "  - greet\n  - out_of_scope\n")
    .replace(
        "slots:\n",
        "slots:\n  refusals: {type: categorical, values: [first, second, later], mappings: []}\n"
        "  refusal_kind: {type: text, mappings: []}\n",
    ),
    PHRASES: f"nlu:\n{_block('far', 150)}{_block('pet', 50)}",
    WORDS: "responses:\n  utter_default:\n"
    + f"{FAR}{PET}{SECOND}{LATER}{LATER_TOO}  utter_who_helps:\n{VET}",
}


class Case(NamedTuple):
    """Replace `old` in one file by `broken`; one finding must come, and say so."""

    name: str
    file: str
    old: str
    broken: str
    says: str
    more: Mapping[str, str] = MappingProxyType({})


CASES = [
    Case("no kind", PHRASES, "    metadata: {kind: far}\n", "", "no kind here. Write `metadata: {kind: far}`"),
    Case("few of a kind", PHRASES, "      - pet matters, case 7\n", "", "49 phrases of the kind pet, 50 are needed. Add 1"),
    Case("few far", PHRASES, "      - far matters, case 7\n", "      - dog\n", "149 phrases of the kind far, 150", more={PHRASES: REFUSING[PHRASES].replace("      - far matters, case 7\n", "") + "      - dog\n"}),
    Case("kind without wording", WORDS, PET, "", "utter_default has no wording for the kind pet"),
    Case("kind nobody helps", WORDS, VET, _wording("Somebody."), "utter_who_helps has no wording for the kind pet"),
    Case("wording without kind", WORDS, PET, PET + PET.replace("pet}", "pets}").replace("Ask", "See"), "no phrases have the kind pets. Use one of: far, pet."),
    Case("helper without kind", WORDS, VET, VET + VET.replace("pet}", "pets}").replace("A", "My"), "no phrases have the kind pets"),
    Case("no place in a row", WORDS, PET, PET.replace("        - {type: slot, name: refusals, value: first}\n", ""), "said again and again in a row. Add the condition refusals = first."),
    Case("no second", WORDS, SECOND, "", "0 wordings of utter_default with refusals = second. Write 1 or more."),
    Case("one later", WORDS, LATER_TOO, "", "1 wordings of utter_default with refusals = later. Write 2 or more."),
    Case("conditions everywhere", WORDS, FAR, "", "utter_default has conditions everywhere"),
    Case("no number", WORDS, "Ask a vet. Call {emergency_list}.", "Ask a vet.", "a refusal without a number to call. Add {emergency_list}"),
    Case("odd value", WORDS, "value: second", "value: twice", "refusals is never twice. Use one of: first, second, later.", more={WORDS: REFUSING[WORDS].replace(SECOND, SECOND + SECOND.replace("value: second", "value: twice").replace("No", "Not"))}),
    Case("odd slot", WORDS, "name: refusal_kind, value: pet}\n    - text: No", "name: kind, value: pet}\n    - text: No", "there is no slot kind", more={WORDS: REFUSING[WORDS].replace(VET, VET + VET.replace("refusal_kind", "kind").replace("A", "My"))}),
    Case("odd condition", WORDS, VET, VET.replace("type: slot, ", "") .replace("A", "My") + VET, "no condition. Write {type: slot, name: a slot, value: its value}."),
    Case("dead topic", TOPIC_LIST, 'faq/sleep: "sleep"', 'faq/sleep: "sleep", faq/tea: "tea"', "there is no topic faq/tea"),
    Case("no topic", TOPIC_LIST, 'faq/sleep: "sleep"', 'faq/sleep: "sleep", greet: "hello"', "there is no topic greet"),
    Case("no words", TOPIC_LIST, '"coffee"', "3", 'no words here. Write faq/caffeine: "..."'),
    Case("topic twice", TOPIC_LIST, "groups:\n", 'groups:\n  - {title: "More", topics: {faq/sleep: "rest"}}\n', "faq/sleep is also on line 3. Keep one."),
    Case("group without title", TOPIC_LIST, 'title: "Things that matter"', "title: 3", "a group without a title"),
    Case("others", TOPIC_LIST, 'others: "Also"\n', "", "nothing names the topics that stand in no group"),
]  # fmt: skip


def _found(root: Path) -> list[str]:
    _, findings = check(root, today=datetime.date.fromisoformat(TODAY))
    return [str(finding) for finding in findings]


def test_the_refusing_project_is_faultless(tmp_path: Path) -> None:
    """Whatever a test below finds was put there by that test."""
    write(tmp_path, REFUSING)
    assert _found(tmp_path) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_named_alone(case: Case, tmp_path: Path) -> None:
    """One fault, one line, in the file it stands in."""
    files = {**REFUSING, case.file: REFUSING[case.file].replace(case.old, case.broken, 1)}
    write(tmp_path, {**files, **case.more})
    assert files[case.file] != REFUSING[case.file], "the sample no longer fits"
    found = _found(tmp_path)
    assert len(found) == 1, found
    place = PHRASES if "has no wording" in case.says else case.file
    assert found[0].startswith(f"{place}:")
    assert case.says in found[0]


def test_a_project_that_cannot_be_read_whole_gets_no_flood(tmp_path: Path) -> None:
    """One broken file is one line, not a list of what seems missing because of it."""
    write(tmp_path, {**REFUSING, WORDS: "responses: [\n"})
    assert len(_found(tmp_path)) == 1


def test_kinds_of_the_real_content_are_those_its_wordings_answer() -> None:
    """Phrases and wordings name the same kinds, and each kind has somebody who helps."""
    project = load(ROOT)
    blocks = items(get(project.pages[PHRASES].root, "nlu"))
    taught = {scalar(get(get(block, "metadata"), "kind")) for block in blocks} - {"far"}
    assert len(taught) >= 5
    for key, besides in ((rules.REFUSAL, {"none_fits"}), (rules.WHO_HELPS, set())):
        named = {scalar(rules.condition(v, rules.KIND)) for v in project.responses[key]}
        assert named - {None} == taught | besides


def test_the_menu_of_a_second_refusal_offers_topics_and_an_exercise() -> None:
    """Four to six ways on, each a button."""
    for variant in load(ROOT).responses[rules.REFUSAL]:
        if scalar(rules.condition(variant, rules.REFUSALS)) == "second":
            payloads = [button.payload for button in variant.buttons]
            assert 4 <= len(payloads) <= 6
            assert any(p.startswith("/faq/") for p in payloads)
            assert any(p.startswith("/start_") for p in payloads)


def test_later_refusals_name_people_who_listen() -> None:
    """From the third on: lines to call, a button for a person; the first of them lists all topics."""
    later = [
        v
        for v in load(ROOT).responses[rules.REFUSAL]
        if scalar(rules.condition(v, rules.REFUSALS)) == "later"
    ]
    assert "{topic_list}" in later[0].text
    for variant in later:
        assert "{crisis_lines}" in variant.text
        assert "/human_handoff" in [button.payload for button in variant.buttons]
