"""Every word at every step of every exercise, and how an exercise ends. No Rasa, clock or network."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.exercises import (
    CONTROLS,
    FEELINGS,
    FULL,
    GENTLE,
    HOLDING,
    SHORT,
    STOPPED,
    Breathing,
    ExerciseFileError,
    Moment,
    Progress,
    Steps,
    asks_for_words,
    at_checkin,
    decline,
    feel,
    finish,
    load_exercise,
    load_library,
    next_moment,
    start,
)
from assistant.exercises.__main__ import main, moments

LIBRARY = load_library()
FOLDER = Path(__file__).parents[2] / "assistant/exercises/library"
MUSCLES, GROUNDING, MARCH = "muscle-relaxation", "grounding", "march"
# Each way through an exercise that differs: its hold, its form, nothing tensed.
WAYS = {
    **{e.id: {} for e in LIBRARY.values() if not (e.has_hold or e.has_forms)},
    **{f"{e.id} held": {"hold": True} for e in LIBRARY.values() if e.has_hold},
    f"{MUSCLES} full": {"form": FULL},
    f"{MUSCLES} short": {"form": SHORT},
    f"{MUSCLES} released": {"form": FULL, "release": True},
}


def way(name: str) -> list[Moment]:
    """Return every message of a way, the check-in last."""
    return list(moments(name.split()[0], **WAYS[name]))


# A way that was chosen with its hold or form stands at every step, its first one included.
PLACES = [
    (name, number, moment.progress)
    for name in WAYS
    for number, moment in enumerate(way(name))
    if moment.progress
]
IDS = [f"{name} {number}" for name, number, _ in PLACES]
every_place = pytest.mark.parametrize("progress", [p for _, _, p in PLACES], ids=IDS)


def place(moment: Moment) -> Progress:
    """Return where a message leaves the listener; fails if it was the last."""
    assert moment.progress is not None
    return moment.progress


def step(exercise: str, number: int, **chosen: object) -> Progress:
    """Return the place at the round with this number, from 1."""
    begin = start(exercise, **chosen)  # type: ignore[arg-type]
    progress = place(begin)
    while LIBRARY[exercise].places(progress.form)[progress.step] != "round":
        progress = place(next_moment(progress))
    for _ in range(number - 1):
        progress = place(next_moment(progress))
    return progress


def kind_of(progress: Progress) -> str:
    """Name the kind of message one stands at."""
    return LIBRARY[progress.exercise].places(progress.form)[progress.step]


# --- the way through ---


@pytest.mark.parametrize("name", WAYS)
def test_every_exercise_walks_to_its_check_in(name: str):
    """Yes after yes leads through every round, each once, to the question how it was."""
    said = way(name)
    progress = place(said[-1])
    exercise = LIBRARY[progress.exercise]
    assert at_checkin(progress)
    assert exercise.closing in said[-1].fill["words"]
    assert sum(bool(moment.phases) for moment in said) == exercise.length(progress.form)
    assert all("{" not in moment.fill["words"] for moment in said)


@pytest.mark.parametrize("name", WAYS)
def test_no_message_is_said_twice(name: str):
    """Each message of an exercise has words of its own."""
    words = [moment.fill["words"] for moment in way(name)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("name", WAYS)
def test_the_caution_comes_before_the_first_round(name: str):
    """Nothing is held, tensed or moved before it was said who should take care."""
    said = way(name)
    first = next(i for i, moment in enumerate(said) if moment.phases)
    caution = LIBRARY[place(said[0]).exercise].caution
    assert any(caution in moment.fill["words"] for moment in said[:first])


def test_the_full_relaxation_goes_from_feet_to_forehead():
    """Safety specification 5.4: the order of the parts."""
    parts = [s.parts[0] for s in LIBRARY[MUSCLES].led(FULL) if s.parts]  # type: ignore[attr-defined]
    legs, middle = ["feet", "calves", "thighs"], ["seat", "belly", "hands", "arms"]
    assert parts == [*legs, *middle, "shoulders", "neck", "jaw", "eyes", "forehead"]


# --- every control at every step ---


@every_place
@pytest.mark.parametrize("control", [None, *CONTROLS, "sideways"])
def test_every_control_is_safe_at_every_step(progress: Progress, control: str | None):
    """A control leads to a place that outlives the slots, never more than one round further."""
    moment = next_moment(progress, control)
    if moment.progress is None:
        assert (moment.slots, kind_of(progress)) == (STOPPED, "checkin")
        return
    assert Progress.from_slots(moment.slots) == moment.progress
    if kind_of(progress) not in ("choice", "checkin"):
        assert moment.progress.step <= progress.step + 1
    assert moment.progress.held <= 4


# What each control does in the middle of a way: the change of the place it leads to.
MIDDLE = {
    None: {"step": 1},
    "resume": {"step": 1},
    "repeat": {},
    "sideways": {},
    "left": {},
    "back": {"step": -1},
    "pause": {"paused": True},
    "slower": {"tempo": 1},
    "faster": {"tempo": -1},
}


@pytest.mark.parametrize("name", [name for name in WAYS if "held" not in name])
@pytest.mark.parametrize("control", MIDDLE)
def test_a_control_does_what_it_says(name: str, control: str | None):
    """In the second round of anything without a hold each control changes one thing."""
    second = next(m.progress for m in way(name) if m.fill.get("round") == 2)
    assert second
    after = place(next_moment(second, control))
    change = MIDDLE[control]
    assert after.step - second.step == change.get("step", 0)
    assert after.tempo == change.get("tempo", 0)
    assert after.paused == change.get("paused", False)
    assert (after.exercise, after.form, after.release) == (
        second.exercise,
        second.form,
        second.release,
    )


@every_place
def test_a_pause_loses_nothing(progress: Progress):
    """After a pause the same message comes again, at every step."""
    paused = next_moment(progress, "pause")
    assert paused.say in ("utter_breathing_paused", "utter_exercise_paused")
    again = next_moment(place(paused), "resume")
    assert place(again).step == progress.step


@every_place
def test_how_many_are_left_is_told_and_nothing_moves(progress: Progress):
    """The question is answered without leading anything."""
    moment = next_moment(progress, "left")
    assert moment.phases == ()
    assert place(moment) == progress


@pytest.mark.parametrize(
    ("number", "say", "left"),
    [
        (1, "utter_exercise_left", 5),
        (5, "utter_exercise_left", 1),
        (6, "utter_exercise_left_last", 0),
    ],
)
def test_what_is_left_is_counted(number: int, say: str, left: int):
    """The count is of the rounds after this one."""
    moment = next_moment(step(GENTLE, number), "left")
    assert (moment.say, moment.fill["left"]) == (say, left)


def test_what_is_left_before_the_first_round_is_all_of_it():
    """At the message on how to sit nothing is done yet."""
    moment = next_moment(place(start(GENTLE)), "left")
    assert (moment.say, moment.fill["left"]) == ("utter_exercise_left_all", 6)


def test_parts_that_are_left_out_are_not_counted():
    """Three legs fewer are three steps fewer."""
    progress = step(MUSCLES, 4, form=FULL)
    before = next_moment(progress, "left").fill["left"]
    after = place(next_moment(progress, "skip", parts=["face"]))
    assert next_moment(after, "left").fill["left"] == before - 3


# --- leaving out ---


def test_skip_leaves_out_the_part_one_is_at():
    """Skip at the calves goes on to the thighs, and says so."""
    moment = next_moment(step(MUSCLES, 2, form=FULL), "skip")
    assert moment.phases[0].label.startswith("Thighs")
    assert LIBRARY[MUSCLES].lines.part_skipped in moment.fill["words"]  # type: ignore[attr-defined]


def test_a_part_can_be_left_out_before_its_turn():
    """Named early, the neck is passed over when it is due."""
    progress = place(next_moment(step(MUSCLES, 1, form=FULL), "skip", parts=["neck"]))
    labels = []
    while not at_checkin(progress):
        moment = next_moment(progress)
        progress = place(moment)
        labels += [phase.label for phase in moment.phases]
    assert len(labels) == 11
    assert not [label for label in labels if label.startswith("Neck")]


def test_legs_are_feet_calves_and_thighs():
    """One word may leave out several steps, the one at hand among them."""
    moment = next_moment(step(MUSCLES, 1, form=FULL), "skip", parts=["legs"])
    assert moment.phases[0].label.startswith("Seat")


def test_several_parts_can_be_left_out_at_once():
    """Neck and jaw, named in one message."""
    progress = place(next_moment(step(MUSCLES, 8, form=FULL), "skip", parts=["neck", "jaw"]))
    assert next_moment(progress).phases[0].label.startswith("Eyes")


def test_a_part_of_another_exercise_leaves_out_nothing():
    """In grounding nobody's neck is skipped, and nothing moves."""
    progress = step(GROUNDING, 2)
    assert place(next_moment(progress, "skip", parts=["neck"])) == progress


def test_the_last_part_left_out_leads_to_the_check_in():
    """Nothing falls off the end."""
    progress = step(GROUNDING, 6)
    moment = next_moment(progress, "skip", parts=["taste"])
    assert at_checkin(place(next_moment(place(moment))))


@pytest.mark.parametrize("exercise", ["box", "4-5-6", "4-7-8"])
def test_holds_are_dropped_when_asked(exercise: str):
    """Skip in a round with a hold takes it out, here and from here on."""
    chosen = start(exercise, place(start(exercise)))
    first = next_moment(place(chosen))
    after = next_moment(place(first), "skip")
    assert place(after).step == place(first).step
    while after.phases:
        assert all(phase.kind != "hold" for phase in after.phases)
        after = next_moment(place(after))


def test_a_box_begins_with_three_and_slower_makes_it_four():
    """Safety specification 5.3."""
    chosen = start("box", place(start("box")))
    first = next_moment(place(chosen))
    slower = next_moment(place(first), "slower")
    assert [p.count for p in first.phases] == [3, 3, 3, 3]
    assert [p.count for p in slower.phases] == [4, 4, 4, 4]
    assert [p.count for p in next_moment(place(slower), "slower").phases] == [4, 4, 4, 4]


# --- only letting go ---


def tenses(moment: Moment) -> bool:
    """Tell whether this message leads a step in which something is tensed."""
    progress = place(moment)
    exercise = LIBRARY[progress.exercise]
    assert isinstance(exercise, Steps)
    tensing = [s for s in exercise.led(progress.form) if s.released]
    return any(s.said.words in moment.fill["words"] for s in tensing)


@pytest.mark.hazard("H14")
@pytest.mark.parametrize("form", [FULL, SHORT])
def test_only_letting_go_tenses_nothing(form: str):
    """From the first message to the last, no part is tensed."""
    said = list(moments(MUSCLES, form=form, release=True))
    assert not [m.fill["words"] for m in said[1:-1] if tenses(m)]
    assert "As you breathe in" not in " ".join(m.fill["words"] for m in said[1:])


@pytest.mark.hazard("H14")
def test_letting_go_can_be_chosen_on_the_way():
    """Release at the thighs says the thighs again with nothing tensed, and the rest too."""
    moment = next_moment(step(MUSCLES, 3, form=FULL), "release")
    assert LIBRARY[MUSCLES].lines.released in moment.fill["words"]  # type: ignore[attr-defined]
    while moment.phases:
        assert not tenses(moment)
        moment = next_moment(place(moment))


@pytest.mark.hazard("H14")
@pytest.mark.parametrize("form", [None, FULL])
def test_after_a_red_flag_nothing_is_tensed(form: str | None):
    """Safety specification 2.5: what is led after one is the gentlest form."""
    moment = start(MUSCLES, form=form, no_hold=True)
    assert (place(moment).release, LIBRARY[MUSCLES].caution in moment.fill["words"]) == (True, True)
    while not at_checkin(place(moment)):
        moment = next_moment(place(moment), no_hold=True)
        if moment.phases:
            assert not tenses(moment)


def test_after_a_red_flag_nobody_marches():
    """A weak side is not to be marched on: gentle breathing is led."""
    assert place(start(MARCH, no_hold=True)).exercise == GENTLE


# --- choosing a form ---


def test_a_wish_for_relaxation_first_warns_and_asks():
    """The caution and the choice of full, short and only letting go."""
    moment = start(MUSCLES)
    assert moment.say == "utter_exercise_forms"
    assert LIBRARY[MUSCLES].caution in moment.fill["words"]


@pytest.mark.parametrize("form", [FULL, SHORT])
def test_the_choice_leads_to_the_form(form: str):
    """What was chosen is led, and the caution is not said twice."""
    moment = start(MUSCLES, place(start(MUSCLES)), form=form)
    assert (moment.say, place(moment).form) == ("utter_exercise_ready_to_tense", form)
    assert LIBRARY[MUSCLES].caution not in moment.fill["words"]


def test_a_form_named_at_once_is_led_after_the_caution():
    """Nobody is asked what they have said, and everybody is warned."""
    moment = start(MUSCLES, form=FULL)
    assert (moment.say, place(moment).form) == ("utter_exercise_ready_to_tense", FULL)
    assert LIBRARY[MUSCLES].caution in moment.fill["words"]


@pytest.mark.parametrize("control", [None, "resume", "skip", "slower", "faster"])
def test_anything_unclear_at_the_choice_is_the_short_form(control: str | None):
    """Yes and ok choose the shorter one."""
    assert place(next_moment(place(start(MUSCLES)), control)).form == SHORT


def test_release_at_the_choice_is_short_with_nothing_tensed():
    """[Only let go] leads on."""
    moment = next_moment(place(start(MUSCLES)), "release")
    assert (place(moment).form, place(moment).release) == (SHORT, True)


def test_the_form_can_be_changed_on_the_way():
    """The short one, asked for in the full one, begins with how to lie."""
    moment = start(MUSCLES, step(MUSCLES, 3, form=FULL), form=SHORT)
    assert (place(moment).form, kind_of(place(moment))) == (SHORT, "ready")


# --- changing, choosing the hold ---


@pytest.mark.parametrize("other", LIBRARY)
@pytest.mark.parametrize("name", WAYS)
def test_another_exercise_can_be_asked_for_at_any_time(name: str, other: str):
    """A change mid-way begins the other one from its first message."""
    middle = place(way(name)[2])
    moment = start(other, middle)
    changed = place(moment)
    assert changed.exercise in (other, GENTLE)
    assert kind_of(changed) in ("choice", "ready")
    assert changed.held == middle.held


@pytest.mark.parametrize("exercise", ["box", "4-5-6", "4-7-8"])
def test_with_holding_means_the_exercise_being_chosen(exercise: str):
    """[With holding] goes on with the one whose caution was just read."""
    moment = start(HOLDING, place(start(exercise)))
    assert (place(moment).exercise, moment.say) == (exercise, "utter_breathing_ready")


def test_with_holding_out_of_nowhere_is_the_choice_of_four_seven_eight():
    """The hold alone names no exercise, and the caution still comes first."""
    for before in (None, place(start(GENTLE)), place(start(MUSCLES))):
        assert start(HOLDING, before).say == "utter_breathing_choice"


# --- the check-in ---


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("feeling", FEELINGS)
def test_each_answer_to_the_check_in_leads_somewhere_and_ends_it(name: str, feeling: str):
    """Worse gets the advice, calmer a warm close, the same another offer; nothing runs after."""
    moment = feel(feeling, place(way(name)[-1]))
    kind = "breathing" if isinstance(LIBRARY[name.split()[0]], Breathing) else "steps"
    says = {
        "worse": "utter_exercise_exit",
        "same": f"utter_exercise_same_{kind}",
        "calmer": "utter_exercise_calmer",
    }
    assert (moment.say, moment.slots, moment.done) == (says[feeling], STOPPED, True)


@pytest.mark.parametrize("control", [None, "resume", "skip", "slower", "faster", "sideways"])
def test_anything_else_at_the_check_in_ends_it_quietly(control: str | None):
    """An ok is no feeling, and starts nothing."""
    moment = next_moment(place(way(GENTLE)[-1]), control)
    assert (moment.say, moment.slots) == ("utter_exercise_closed", STOPPED)


def test_no_at_the_check_in_ends_it():
    """Nobody has to say how they feel."""
    assert decline(place(way(GENTLE)[-1])).say == "utter_exercise_closed"


@pytest.mark.parametrize("number", range(7))
def test_no_before_the_check_in_asks(number: int):
    """A no in the middle is asked about, and the place is kept."""
    progress = place(way(GENTLE)[number])
    moment = decline(progress)
    assert (moment.say, place(moment)) == ("utter_breathing_check", progress)


def test_once_more_at_the_check_in_begins_again():
    """Only whoever asks for it is led again."""
    assert place(next_moment(place(way(GENTLE)[-1]), "repeat")) == Progress(GENTLE)


@pytest.mark.hazard("H12")
@pytest.mark.parametrize("exercise", ["box", "4-5-6", "4-7-8"])
def test_once_more_after_four_holds_holds_nothing(exercise: str):
    """The limit outlives the check-in."""
    moment = next_moment(place(way(f"{exercise} held")[-1]), "repeat")
    assert place(moment).exercise == GENTLE


def test_an_old_answer_in_the_next_exercise_ends_nothing():
    """[Calmer] of the exercise before, pressed in this one, says the step again."""
    progress = step(GENTLE, 2)
    assert place(feel("calmer", progress)) == progress
    assert feel("worse", progress).slots == STOPPED


def test_a_channel_that_led_every_round_comes_to_the_check_in():
    """Drawn to its end, an exercise asks how it was; before its first round nothing was led."""
    assert at_checkin(finish(step(GENTLE, 1)).progress)
    assert finish(place(start(GENTLE))).say == "utter_breathing_ready"
    assert finish(place(start("4-7-8"))).say == "utter_breathing_choice"


# --- typed answers ---


def test_only_grounding_asks_for_words():
    """What people type there is no question."""
    asking = {p.exercise for _, _, p in PLACES if asks_for_words(p)}
    assert asking == {GROUNDING}
    assert not asks_for_words(None)
    assert not asks_for_words(place(start(GROUNDING)))


# --- whatever happens ---

MOVES = st.lists(
    st.one_of(
        st.sampled_from([None, *CONTROLS]),
        st.sampled_from([("start", name) for name in [*LIBRARY, HOLDING, "gone"]]),
        st.sampled_from([("feel", name) for name in FEELINGS]),
        st.sampled_from([("part", part) for part in ("neck", "legs", "sight", "tail")]),
        st.sampled_from([("no", ""), ("done", "")]),
    ),
    max_size=40,
)


@given(st.sampled_from(sorted(LIBRARY)), MOVES, st.booleans())
def test_nothing_said_breaks_an_exercise(first: str, moves: list[object], no_hold: bool):
    """Any words in any order keep to places that exist, and what is said has no open brace."""
    moment = start(first, no_hold=no_hold)
    for move in moves:
        assert "{" not in moment.fill.get("words", "")
        if moment.progress is None:
            assert moment.slots == STOPPED
            return
        assert Progress.from_slots(moment.slots) == moment.progress
        kind, name = move if isinstance(move, tuple) else ("", move)
        if kind == "start":
            moment = start(name, moment.progress, no_hold=no_hold)
        elif kind == "feel":
            moment = feel(name, moment.progress)
        elif kind == "part":
            moment = next_moment(moment.progress, "skip", parts=[name], no_hold=no_hold)
        elif kind == "no":
            moment = decline(moment.progress)
        elif kind == "done":
            moment = finish(moment.progress)
        else:
            moment = next_moment(moment.progress, name, no_hold=no_hold)


# --- what the loader refuses of steps ---

STEPS_TEXT = (FOLDER / "muscle_relaxation.yml").read_text(encoding="utf-8")
GROUNDING_TEXT = (FOLDER / "grounding.yml").read_text(encoding="utf-8")
STEPS_FAULTS = {
    "61 seconds": (GROUNDING_TEXT, "seconds: 40", "seconds: 61", "whole number from 1 to 60"),
    "no seconds": (GROUNDING_TEXT, "    seconds: 40\n", "", '"seconds" is missing from a step'),
    "no words": (STEPS_TEXT, "    words: Rest as", "    word: Rest as", '"words" is missing'),
    "long label": (STEPS_TEXT, "label: Rest as you are", f"label: {'r' * 41}", "41 characters"),
    "unknown form": (STEPS_TEXT, "form: full", "form: long", 'form is "long". Write full or short'),
    "one form only": (STEPS_TEXT, "form: short", "form: full", "only one form has steps"),
    "parts no list": (GROUNDING_TEXT, "parts: [sight]", "parts: sight", "parts is not a list"),
    "release a text": (
        GROUNDING_TEXT,
        "    parts: [smell]\n",
        "    release_only: breathe\n",
        "release_only needs two keys",
    ),
    "release half": (STEPS_TEXT, '      label: "Jaw: let it hang"\n', "", '"label" is missing'),
    "no line for parts": (
        GROUNDING_TEXT,
        "  part_skipped",
        "  # part",
        '"part_skipped" is missing',
    ),
    "no line for release": (STEPS_TEXT, "  whole_released", "  # whole", '"whole_released" is'),
    "line about no release": (
        GROUNDING_TEXT,
        "  part_skipped",
        "  released: Let go\n  part_skipped",
        "released is about letting go, and no step has release_only",
    ),
    "too long": (STEPS_TEXT, "seconds: 36", "seconds: 60", "600 is the limit"),
    "phases in steps": (GROUNDING_TEXT, "steps:", "phases: []\nsteps:", '"phases" is not part of'),
    "placeholder": (GROUNDING_TEXT, "Listen for three", "Listen for {n}", "nothing fills {n}"),
    "long whole": (GROUNDING_TEXT, "whole: Feet", f"whole: {'x' * 401} Feet", "Write 400 or fewer"),
    "typed no yes": (GROUNDING_TEXT, "typed_answers: true", "typed_answers: 3", "Write true"),
}


@pytest.mark.parametrize(("text", "old", "new", "says"), STEPS_FAULTS.values(), ids=STEPS_FAULTS)
def test_a_fault_in_steps_is_refused(tmp_path: Path, text: str, old: str, new: str, says: str):
    """Each rule about steps has a fault of its own, named with its line."""
    assert old in text
    path = tmp_path / "broken.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ExerciseFileError) as caught:
        load_exercise(path)
    assert any(says in fault for fault in caught.value.faults), caught.value.faults
    assert all(fault.startswith(f"{path}:") for fault in caught.value.faults)


def test_a_list_that_is_too_long_is_refused(tmp_path: Path):
    """The widget draws forty steps at most."""
    one = "  - label: Feet on the floor\n    seconds: 15\n    words: Press both feet down.\n"
    head, tail = GROUNDING_TEXT.split("steps:\n")[0], GROUNDING_TEXT.split("lines:\n")[1]
    path = tmp_path / "broken.yml"
    path.write_text(f"{head}steps:\n{one * 41}lines:\n{tail}", encoding="utf-8")
    with pytest.raises(ExerciseFileError, match="steps has 41 entries. Write 1 to 40"):
        load_exercise(path)


# --- the terminal ---


@pytest.mark.parametrize("exercise", LIBRARY)
def test_the_terminal_walks_every_exercise(exercise: str, capsys: pytest.CaptureFixture[str]):
    """`python -m assistant.exercises <id>` counts it down to its closing."""
    assert main([exercise, "--hold", "--form", "short", "--fast"]) == 0
    out = capsys.readouterr().out
    assert LIBRARY[exercise].closing in out
    assert "\r" in out


def test_the_terminal_tenses_nothing_with_release(capsys: pytest.CaptureFixture[str]):
    """`--release` is the wording that only lets go."""
    main([MUSCLES, "--release", "--fast"])
    assert "Legs: let them get heavy 1 " in capsys.readouterr().out
