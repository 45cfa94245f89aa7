"""A whole content tree in miniature, without a fault: tests break one thing in it and look."""

from __future__ import annotations

from pathlib import Path

TODAY = "2026-12-01"


def _phrases(subject: str, count: int) -> str:
    return "".join(f"      - {subject} question number {n}\n" for n in range(count))


def _topic(name: str, other: str) -> str:
    return f"""\
# Does {name} matter?
version: "3.1"
nlu:
  - intent: faq/{name}
    examples: |
      - does {name} matter at all
{_phrases(name, 30)}\
responses:
  utter_faq/{name}:
    - text: >-
        It can. Many people find that {name} and twitching go hand in hand.
        Your body is on alert when you worry, and small things then add up.
        Try one small change for a week and see what it does for you.
        If a muscle is weak or numb, or it gets worse, please see a doctor soon.
      buttons:
        - {{title: "What about {other}?", payload: "/faq/{other}"}}
        - {{title: "Say hello", payload: "/greet"}}
      metadata:
        facts: [F001]
        sources: [an-article]
        written: "2026-11-22"
        reviewed: null
    - text: >-
        It can play a part. Try one small change for a week.
      buttons:
        - {{title: "What about {other}?", payload: "/faq/{other}"}}
      metadata: {{again: true, facts: [], sources: [an-article], written: "2026-11-22", reviewed: null}}
checks:
  - say: would {name} be the reason
  - say: my arm went numb after {name}
    expect: greet
"""


FILES = {
    "domain.yml": """\
version: "3.1"
intents:
  - faq
  - nlu_fallback
  - greet
  - crisis_answer
  - start_breathing
entities: [answer]
slots:
  region: {type: text, mappings: [{type: custom}]}
actions:
  - action_breathe_next
responses:
  utter_greet:
    - text: Hello. Ask me about worry and twitching, or about coffee and sleep.
  utter_emergency:
    - text: >-
        Call {emergency} now, or get someone near you to call.
        Tell them what changed and when it began. Stay with someone.
    - text: Please call {emergency} now.
  utter_tripwire:
    - text: Call {emergency} if it came on fast.
  utter_crisis:
    - text: >-
        Thank you for telling me. That sounds very hard. You can talk to someone now.

        {crisis_lines}
      buttons:
        - {title: "Yes", payload: '/crisis_answer{"answer": "yes"}'}
  utter_breathing_round:
    - text: "Breathe in for {in}, out for {out}."
""",
    "data/control/greet.yml": f"""\
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - good day to you all
{_phrases("hello", 39)}\
rules:
  - rule: a greeting is answered
    steps:
      - intent: greet
      - action: utter_greet
stories:
  - story: a topic, then the next moment
    steps:
      - intent: faq
      - action: utter_faq
      - slot_was_set:
          - region: UK
      - action: action_breathe_next
""",
    "data/control/payloads.yml": """\
payloads:
  - intent: greet
  - intent: crisis_answer
    slots: {answer: ["yes", "no"]}
    only_button: true
  - intent: start_breathing
    only_button: true
""",
    "data/control/titles.yml": """\
titles:
  faq/caffeine: {title: "Coffee and twitching", not: "sleep (faq/sleep)"}
  faq/sleep: {title: "Sleep and twitching"}
""",
    "data/control/regions.yml": "places:\n  UK: [leeds]\n",
    "data/control/values.yml": "control:\n  slower: [slower]\n",
    "data/control/topic_list.yml": """\
others: "Also"
groups:
  - title: "Things that matter"
    topics: {faq/caffeine: "coffee", faq/sleep: "sleep"}
""",
    "data/sources.yml": 'sources:\n  an-article: {title: "An article"}\n',
    "docs/authors/facts.yml": 'facts:\n  - id: F001\n    fact: "Coffee can matter."\n',
    "assistant/safety/resources.yml": """\
sources:
  R1: {title: "A list", url: "https://example.org"}
regions:
  UK:
    label: UK
    emergency: {number: "999", source: R1, verified_on: "2026-11-22"}
    crisis:
      - {number: "116 123", source: R1, verified_on: "2026-11-22"}
""",
    "data/faq/caffeine.yml": _topic("caffeine", "sleep"),
    "data/faq/sleep.yml": _topic("sleep", "caffeine"),
    "tests/nlu/heldout.yml": '- {say: "Would less coffee stop this?", expect: faq/caffeine}\n',
    "tests/safety/heldout/crisis.yml": '- {say: "I have had more than enough.", tier: crisis}\n',
}


def write(root: Path, files: dict[str, str]) -> None:
    """Write a tree of files under a root."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
