"""What is understood of one message, which file answers, and with which words.

make try SAY="does coffee make it worse"
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import Any

from assistant.authoring import agent as trained
from assistant.authoring.agent import Reply
from assistant.authoring.content import line_of
from assistant.authoring.project import Project, load

USAGE = 'Say what to try: make try SAY="does coffee make it worse"'
BY_CLASSIFIER = "NLU"
NEXT = 3
_PLACE = re.compile(r"\{[a-z_]+\}")


def main(arguments: list[str] | None = None) -> int:
    """Print one turn; return 2 when there is nothing to try."""
    words = sys.argv[1:] if arguments is None else arguments
    # The variable of `make try SAY=...` itself, where quotes in it have not been read by a shell.
    text = (os.environ.get("SAY") or " ".join(words)).strip()
    if not text:
        print(USAGE, file=sys.stderr)
        return 2
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    parse, replies = asyncio.run(one_turn(text))
    project = load(trained.ROOT)
    print("\n".join([*understood(parse), "", *answered(project, replies)]))
    return 0


async def one_turn(text: str) -> tuple[dict[str, Any], list[Reply]]:
    """Return the parse of `text` and the replies to it, said first thing by somebody new."""
    agent = await trained.load()
    return await trained.understand(agent, text), await trained.say(agent, "try", text)


def understood(parse: dict[str, Any]) -> list[str]:
    """Return, as lines, what was made of the message."""
    intent = parse.get("intent") or {}
    label = trained.label_of(parse)
    ranked = parse.get("label_probabilities") or {}
    others = [f"{name} {p:.2f}" for name, p in ranked.items() if name != label][:NEXT]
    lines = [f"Understood   {label} {float(intent.get('confidence') or 0):.2f}"]
    lines += [f"Next best    {', '.join(others) or 'none'}"]
    if offer := parse.get("offer"):
        lines.append(f"Offered      {', '.join(offer)}")
    if kind := parse.get("refusal_kind"):
        lines.append(f"Kind         {kind}")
    if parse.get("nearest") is not None:
        lines.append(f"Nearest      {parse['nearest']:.2f} to the nearest training phrase (of 1)")
    corrected = parse.get("corrected")
    if corrected and corrected != str(parse.get("text") or "").lower():
        lines.append(f"Spelt out    {corrected}")
    entities = [f"{e['entity']} = {e['value']}" for e in parse.get("entities") or ()]
    lines.append(f"Entities     {', '.join(entities) or 'none'}")
    return [*lines, *red_flag(parse.get("safety") or {})]


def red_flag(safety: dict[str, Any]) -> list[str]:
    """Return, as lines, what the safety check found."""
    owed = [*(safety.get("soft") or ()), *(safety.get("append") or ())]
    added = [f"Adds         {', '.join(owed)}"] if owed else []
    if not safety.get("tier"):
        return ["Red flag     none", *added]
    level = f", {safety['level']}" if safety.get("level") else ""
    if safety.get("code") == BY_CLASSIFIER:
        found = "by what it learned from phrases, no rule of the lexicon"
    else:
        found = f'{safety.get("code")}, by the words "{safety.get("evidence")}"'
    return [f"Red flag     {safety['tier']}{level}: {found}", *added]


def answered(project: Project, replies: list[Reply]) -> list[str]:
    """Return, as lines, each reply with the place of its words."""
    lines: list[str] = []
    for reply in replies:
        where = place_of(project, reply.key, reply.text) or "no file: the static reply"
        lines += [f"Answer       {reply.key}  {where}"]
        lines += [f"    {line}" for line in reply.text.splitlines()]
        lines += [f"    [{b.get('title')}]  {b.get('payload')}" for b in reply.buttons]
        lines.append("")
    return lines[:-1] or ["Answer       nothing was said"]


def place_of(project: Project, key: str, said: str) -> str | None:
    """Return `file:line` of the wording of `key` that `said` was made from, or of the key."""
    for variant in project.responses.get(key, ()):
        if _made_from(variant.text, said):
            return f"{variant.page.path}:{line_of(variant.text_node)}"
    places = project.response_lines.get(key)
    return f"{places[0][0]}:{places[0][1]}" if places else None


def _made_from(wording: str, said: str) -> bool:
    """Say whether every written piece of `wording` stands in `said`, in order.

    Placeholders are filled and sentences added around and inside, so pieces are compared.
    """
    rest = " ".join(said.split())
    pieces = [" ".join(piece.split()) for piece in _PLACE.split(wording)]
    for piece in filter(None, pieces):
        before, found, rest = rest.partition(piece)
        if not found:
            return False
    return any(pieces)


if __name__ == "__main__":
    raise SystemExit(main())
