"""Examples of the safety specification: what the file may hold, and how one is held against a parse."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.authoring.agent import label_of, load

FILE = Path(__file__).with_name("specification.yml")
NO_TIER = "none"
LEVELS = {"see_doctor": ("urgent", "routine"), "crisis": ("imminent",)}
LINES = {"soft_line", "support_line", "tripwire", "help_block"}
VARIANTS = {"mental", "abuse", "child", "resources"}
SHARED = {"where", "tier", "level", "or", "code", "due", "person", "variant", "both", "exit",
          "label", "after"}  # fmt: skip
TOP, OWN = SHARED | {"say"}, SHARED - {"where"} | {"say", "known_miss"}


@dataclass(frozen=True)
class Example:
    """One message of the specification, and what it must get."""

    where: str
    say: str
    tiers: tuple[str, ...]
    """The tiers allowed, "see_doctor urgent" where the level counts; the first is the one named."""
    code: str | None = None
    due: tuple[str, ...] = ()
    person: str | None = None
    variant: str | None = None
    both: bool = False
    exit: bool = False
    label: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    known_miss: str = ""

    def wrong(self, parse: dict[str, Any]) -> list[str]:
        """Say what a parse has otherwise."""
        safety = parse.get("safety") or {}
        tier, level = safety.get("tier") or NO_TIER, safety.get("level")
        if not {tier, f"{tier} {level}"} & set(self.tiers):
            return [f"{tier} {level or ''} ({safety.get('code')}), expected {self.tiers[0]}"]
        if tier != self.tiers[0].split()[0]:
            return []  # higher, where the specification lets it be: with that tier's own reply
        if tier == NO_TIER and parse["intent"]["name"] in ("emergency", "crisis", "see_doctor"):
            return [f"no tier, but understood as {parse['intent']['name']}"]
        return [*self._differs(safety), *self._owes(safety, tier), *self._labelled(parse)]

    def _differs(self, safety: dict[str, Any]) -> Iterator[str]:
        for name in ("code", "person", "variant"):
            wanted = getattr(self, name)
            if wanted and safety.get(name) != wanted:
                yield f"{name} {safety.get(name)}, expected {wanted}"
        if self.both and not safety.get("both"):
            yield "not the merged reply"
        if self.exit and not safety.get("exercise_exit"):
            yield "the exercise is not left"

    def _owes(self, safety: dict[str, Any], tier: str) -> Iterator[str]:
        for line in self.due:
            # Every see_doctor reply holds the tripwire itself: tests/content/test_reply_contract.py.
            own = tier == "see_doctor" and line == "tripwire"
            if not own and line not in (safety.get("append") or []):
                yield f"{line} is not owed"

    def _labelled(self, parse: dict[str, Any]) -> Iterator[str]:
        label = label_of(parse)
        if self.label and not {label, label.split("/")[0]} & set(self.label):
            yield f"understood as {label}, expected {' or '.join(self.label)}"


def examples() -> list[Example]:
    """Every example of the file, in order."""
    groups = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [example for group in groups for example in _of_group(group)]


def _of_group(group: dict[str, Any]) -> Iterator[Example]:
    assert group.keys() <= TOP, f"{group['where']}: unknown {sorted(group.keys() - TOP)}"
    shared = {name: value for name, value in group.items() if name != "say"}
    for said in group["say"]:
        own = said if isinstance(said, dict) else {"say": said}
        assert own.keys() <= OWN, f"{own['say']}: unknown {sorted(own.keys() - OWN)}"
        if own.get("tier", group["tier"]) != group["tier"]:
            shared_here = {"where": group["where"], "after": group.get("after", [])}
        else:
            shared_here = shared
        yield _example({**shared_here, **own})


def _example(fields: dict[str, Any]) -> Example:
    tier, level = fields.pop("tier"), fields.pop("level", None)
    assert level is None or level in LEVELS[tier], fields["say"]
    assert set(fields.get("due", ())) <= LINES, fields["say"]
    assert fields.get("variant", "child") in VARIANTS, fields["say"]
    named = f"{tier} {level}" if level else tier
    fields["tiers"] = (named, *fields.pop("or", ()))
    lists = {n: tuple(v) for n, v in fields.items() if isinstance(v, list)}
    return Example(**{**fields, **lists})


def parsed(message: str, agent: Any, loop: Any, after: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what the trained agent makes of a message, said after others."""
    from rasa.core.channels.channel import UserMessage

    from tests.conftest import Chat

    chat = Chat(agent, loop)
    for said in after:
        chat.say(said)
    tracker = chat.tracker() if after else None
    parse = agent.processor.parse_message(UserMessage(message), tracker, False)
    return dict(loop.run_until_complete(parse))


def main() -> None:
    """Print every example the agent gets wrong, and every mark that can be taken out."""
    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(load())
    for example in examples():
        wrong = example.wrong(parsed(example.say, agent, loop, example.after))
        if bool(wrong) != bool(example.known_miss):
            told = "; ".join(wrong) or "mended: take its known_miss out"
            print(f"{example.where} | {example.say} | {told}")


if __name__ == "__main__":  # python -m tests.safety.specification
    main()
