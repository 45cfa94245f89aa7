"""The controls of the hazard log, and how each is switched off for a proof that its test can fail.

Each switch takes one control out of this process: a function that finds nothing, a list that is
empty, a number that is wrong. `docs/safety/hazards.yml` names them; `proving.py` turns them. All of
them act when the code runs, not when it is loaded, so that one trained agent serves every proof.
"""

from __future__ import annotations

import copy
import dataclasses
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import yaml

Patch = pytest.MonkeyPatch


class Switch(NamedTuple):
    """One way to take a control away."""

    turn_off: Callable[[Patch], None]
    raises: bool
    """Without this control a test ends in an error of the code, not in an assertion."""


SWITCHES: dict[str, Switch] = {}


def switch(
    function: Callable[[Patch], None] | None = None, *, raises: bool = False
) -> Callable[[Patch], None] | Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Register a function under its own name."""

    def register(turn_off: Callable[[Patch], None]) -> Callable[[Patch], None]:
        SWITCHES[turn_off.__name__] = Switch(turn_off, raises)
        return turn_off

    return register(function) if function else register


# ------------------------------------------------------------------ finding a red flag
@switch
def word_rules(patch: Patch) -> None:
    """Let the word rules find nothing."""
    from assistant.nlu import safety_check
    from assistant.safety.finding import Finding

    patch.setattr(safety_check, "detect", lambda *_: Finding())


@switch
def second_opinion(patch: Patch) -> None:
    """Leave the classifier's safety labels out."""
    from assistant.nlu.safety_check import SafetyCheck

    patch.setattr(SafetyCheck, "second_opinion", lambda self, message, finding: finding)


@switch
def safety_check(patch: Patch) -> None:
    """Let every message pass unchecked."""
    from assistant.nlu.safety_check import SafetyCheck

    patch.setattr(SafetyCheck, "_check", lambda *_: None)


@switch
def safety_policy(patch: Patch) -> None:
    """Let the policy decide nothing, so that rules and exercises go on."""
    from assistant.nlu import safety_policy
    from assistant.safety.latch import Decision

    patch.setattr(safety_policy, "decide", lambda signal, latch, *_: Decision(None, latch=latch))


@switch
def long_text_read_whole(patch: Patch) -> None:
    """Let the word rules read the first 500 characters only."""
    from assistant.nlu import safety_check

    detect = safety_check.detect
    patch.setattr(safety_check, "detect", lambda text, *rest: detect(text[:500], *rest))


@switch
def payloads_read(patch: Patch) -> None:
    """Let whatever begins with a slash pass unchecked."""
    from assistant.nlu.safety_check import SafetyCheck

    check = SafetyCheck._check

    def unless_slashed(self: SafetyCheck, message: Any, context: Any) -> None:
        if not str(message.get("text") or "").lstrip().startswith("/"):
            check(self, message, context)

    patch.setattr(SafetyCheck, "_check", unless_slashed)


@switch
def scope_of_a_denial(patch: Patch) -> None:
    """Take every sign as denied."""
    from assistant.safety import context

    patch.setattr(context, "negated", lambda *_: True)


@switch
def denials_read(patch: Patch) -> None:
    """Take no sign as denied."""
    from assistant.safety import context

    patch.setattr(context, "negated", lambda *_: False)


@switch
def idioms_read(patch: Patch) -> None:
    """Take every turn of phrase at its word."""
    from assistant.safety import detector

    patch.setattr(detector, "_is_idiom", lambda *_: False)


@switch
def sudden_bound_to_its_sign(patch: Patch) -> None:
    """Give `sudden` to the twitch, whatever it stands beside."""
    from assistant.safety import detector

    patch.setattr(detector, "_belongs_to_twitch", lambda *_: True)


@switch
def replies_of_their_own(patch: Patch) -> None:
    """Answer abuse, a child and someone else's danger like any other crisis."""
    from assistant.safety import finding

    patch.setattr(finding, "_BY_VARIANT", {})


# ------------------------------------------------------------------ numbers
def _resources(patch: Patch, *changes: tuple[str, str]) -> None:
    """Read a changed copy of the resource file."""
    from assistant.safety import resources

    text = resources.RESOURCE_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"The resource file no longer holds {old}."
        text = text.replace(old, new)
    changed = yaml.safe_load(text)
    patch.setattr(resources, "load", lambda: changed)


@switch
def the_right_digits(patch: Patch) -> None:
    """Change one digit of the resource file."""
    _resources(patch, ('number: "999"', 'number: "989"'))


@switch
def nhs_111_is_no_emergency(patch: Patch) -> None:
    """Give 111 as the UK's emergency number."""
    _resources(patch, ('number: "999"', 'number: "111"'))


@switch
def the_country_beside_the_number(patch: Patch) -> None:
    """Leave the country out wherever a number is shown."""
    _resources(
        patch,
        ('emergency_known: "{number} ({label})"', 'emergency_known: "{number}"'),
        ('number_with_countries: "{number} ({countries})"', 'number_with_countries: "{number}"'),
    )


@switch
def old_country_forgotten(patch: Patch) -> None:
    """Keep the old country's numbers where the new one is none of ours."""
    from assistant.nlu import safety_policy

    patch.setattr(safety_policy, "outside_our_countries", lambda tracker: False)


@switch
def numbers_before_the_country_is_known(patch: Patch) -> None:
    """Show no number until the country is known."""
    from assistant.nlu import wording

    fill = wording.placeholders

    def known_only(region: str | None) -> dict[str, str]:
        return fill(region) if region else dict.fromkeys(fill(None), "")

    patch.setattr(wording, "placeholders", known_only)


# ------------------------------------------------------------------ words
def _writes(patch: Patch, keys: tuple[str, ...], sentence: str) -> None:
    """Let every reply whose key begins like this hold one sentence more in its file."""
    from assistant.authoring.project import Project

    variants = Project.variants

    def written(self: Project) -> Iterator[Any]:
        for variant in variants(self):
            if variant.key.startswith(keys):
                node = copy.copy(variant.text_node)
                node.value = f"{variant.text} {sentence}"
                variant = dataclasses.replace(variant, text_node=node)
            yield variant

    patch.setattr(Project, "variants", written)


def _says(patch: Patch, keys: tuple[str, ...], sentence: str) -> None:
    """Let every such reply hold one sentence more, in its file and aloud."""
    from assistant.nlu.wording import Wording

    generate = Wording.generate

    async def generated(self: Any, key: str, *rest: Any, **more: Any) -> Any:
        message = await generate(self, key, *rest, **more)
        if message and key.startswith(keys):
            message["text"] = f"{message['text']} {sentence}"
        return message

    _writes(patch, keys, sentence)
    patch.setattr(Wording, "generate", generated)


@switch
def no_false_comfort(patch: Patch) -> None:
    """Let every reply say that it is just anxiety."""
    _says(patch, ("utter_",), "It is just anxiety, so don't worry.")


@switch
def no_verdict(patch: Patch) -> None:
    """Let the answers rule a disease out."""
    _says(patch, ("utter_faq/", "utter_default", "utter_report"), "You do not have ALS.")


@switch
def no_cheer(patch: Patch) -> None:
    """Let every reply end brightly."""
    _says(patch, ("utter_",), "Great! Anything else I can help with?")


@switch
def no_dose(patch: Patch) -> None:
    """Let every reply give a dose and stop a medicine."""
    _says(patch, ("utter_",), "Take 300 mg of it, and stop taking your tablets.")


@switch
def plain_words(patch: Patch) -> None:
    """Let the safety replies be hard to read."""
    hard = (
        "Immediate physiological evaluation necessitates comprehensive neurological examination, "
        "notwithstanding spontaneous amelioration of the preceding symptomatology."
    )
    _writes(patch, ("utter_emergency", "utter_crisis", "utter_see_doctor"), hard)


def _without(patch: Patch, key_starts: tuple[str, ...], words: str) -> None:
    """Take every sentence with `words` out of what is said."""
    from assistant.nlu.wording import Wording

    generate = Wording.generate

    async def generated(self: Any, key: str, *rest: Any, **more: Any) -> Any:
        message = await generate(self, key, *rest, **more)
        if message and key.startswith(key_starts):
            sentences = message["text"].split(". ")
            message["text"] = ". ".join(s for s in sentences if words not in s)
        return message

    patch.setattr(Wording, "generate", generated)


@switch
def says_it_is_a_program(patch: Patch) -> None:
    """Let the emergency and crisis replies not say that a program speaks."""
    _without(patch, ("utter_emergency", "utter_crisis"), "program")


@switch
def screen_note(patch: Patch) -> None:
    """Leave the note about who may see the screen out of the abuse replies."""
    _without(patch, ("utter_crisis_abuse", "utter_crisis_child"), "elete this chat")


def _without_line(patch: Patch, name: str) -> None:
    from assistant.nlu.wording import Wording

    line = Wording._line
    patch.setattr(
        Wording, "_line", lambda self, key, *rest: "" if key == name else line(self, key, *rest)
    )


@switch
def disclosure(patch: Patch) -> None:
    """Open no talk with what the bot is."""
    _without_line(patch, "utter_disclosure")


@switch
def tripwire(patch: Patch) -> None:
    """Leave out when the same sign means to call now."""
    _without_line(patch, "utter_tripwire")


@switch
def forbidden_wordings(patch: Patch) -> None:
    """Empty the list of what is never said."""
    from assistant.authoring import rules_wording

    patch.setattr(rules_wording, "forbidden", lambda: ())


@switch
def another_wording_each_time(patch: Patch) -> None:
    """Say the first wording every time."""
    from assistant.nlu import phrasing

    patch.setattr(phrasing, "pick", lambda variants, given: 0 if variants else None)


# ------------------------------------------------------------------ while a red flag stands
@switch
def latch(patch: Patch) -> None:
    """Let no red flag outlive its own turn."""
    from assistant.safety import latch

    patch.setattr(latch, "standing", lambda *_: None)


@switch
def kept_by_start_over(patch: Patch) -> None:
    """Let "start over" empty the latch too."""
    from assistant.nlu import safety_policy

    decide = safety_policy.decide

    def forgetful(*args: Any) -> Any:
        decision = decide(*args)
        over = decision.reply == "utter_started_over"
        return dataclasses.replace(decision, latch=None) if over else decision

    patch.setattr(safety_policy, "decide", forgetful)
    patch.setattr(safety_policy, "KEPT_BY_START_OVER", {"region"})


@switch
def no_command_by_slash(patch: Patch) -> None:
    """Let a typed slash reach Rasa's own commands."""
    from assistant.nlu import payloads

    patch.setattr(payloads, "without_slash", lambda text: text)


@switch
def exercises_refused(patch: Patch) -> None:
    """Let an exercise begin while a red flag stands."""
    from assistant.safety import latch
    from assistant.safety.latch import Decision

    patch.setattr(latch, "_exercise", lambda held, running: Decision(None, latch=held))


@switch
def no_button_to_an_exercise(patch: Patch) -> None:
    """Leave every button under a reply while a red flag stands."""
    from assistant.nlu import phrasing, wording

    unfiltered = types.SimpleNamespace(**vars(phrasing))
    unfiltered.leads_to_exercise = lambda payload: False
    patch.setattr(wording, "phrasing", unfiltered)


@switch
def sober_small_talk(patch: Patch) -> None:
    """Answer thanks, hello and bye as if nothing had been said."""
    from assistant.safety import latch
    from assistant.safety.latch import Decision

    patch.setattr(latch, "_small_talk", lambda held: Decision(None, latch=held))


@switch
def worry_counted(patch: Patch) -> None:
    """Let the same worry never count as asked before."""
    from assistant.nlu import safety_policy

    patch.setattr(safety_policy, "times_asked", lambda history: 0)


# ------------------------------------------------------------------ exercises
@switch
def stop_words(patch: Patch) -> None:
    """Do not hear "stop"."""
    from assistant.safety import latch
    from assistant.safety.latch import Decision

    patch.setattr(latch, "_stop", lambda signal, held: Decision(None, latch=held))


@switch
def exit_words(patch: Patch) -> None:
    """Do not hear "dizzy", "it hurts" and the like."""
    from assistant.safety import soft

    patch.setattr(soft, "in_exercise", lambda message, finding, context: finding)


@switch
def gentle_by_default(patch: Patch) -> None:
    """Lead the exercise with a hold wherever none was chosen."""
    from assistant.exercises import steps

    patch.setattr(steps, "GENTLE", "4-7-8")


@switch
def at_most_four_holds(patch: Patch) -> None:
    """Set no end to the holds."""
    from assistant.exercises import steps

    patch.setattr(steps, "MAX_HOLD_ROUNDS", 99)


@switch
def caution_before_a_hold(patch: Patch) -> None:
    """Lead every exercise without its caution."""
    from assistant.exercises import steps

    library = {
        name: dataclasses.replace(exercise, caution="")
        for name, exercise in steps.load_library().items()
    }
    patch.setattr(steps, "load_library", lambda: library)


@switch
def nothing_need_be_tensed(patch: Patch) -> None:
    """Lead muscle relaxation with every part tensed, whatever was chosen."""
    from assistant.exercises import steps
    from assistant.exercises.exercise import Steps

    library = {
        name: dataclasses.replace(
            exercise,
            steps=tuple(dataclasses.replace(step, released=None) for step in exercise.steps),
        )
        if isinstance(exercise, Steps)
        else exercise
        for name, exercise in steps.load_library().items()
    }
    patch.setattr(steps, "load_library", lambda: library)


# ------------------------------------------------------------------ when something breaks
@switch(raises=True)
def never_silent(patch: Patch) -> None:
    """Let a turn that raises, hangs or says nothing end there."""
    from rasa.core.agent import Agent

    from assistant.runtime import boot

    boot.install()
    patch.setattr(Agent, "handle_message", Agent.handle_message.__wrapped__)


@switch
def static_replies_read_the_words(patch: Patch) -> None:
    """Let the reply to a failed turn be the same for everybody."""
    from assistant.runtime import static_replies
    from assistant.safety.finding import Finding

    patch.setattr(static_replies, "detect", lambda *_: Finding())


@switch
def quiet_logs(patch: Patch) -> None:
    """Log records as they come, and errors with what they say."""
    from assistant.runtime import quiet_logs

    def outspoken(fault: BaseException) -> str:
        while cause := fault.__cause__ or fault.__context__:
            fault = cause
        return repr(fault)

    patch.setattr(quiet_logs, "without_words", lambda record: record)
    patch.setattr(quiet_logs, "describe", outspoken)
