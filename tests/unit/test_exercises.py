"""What an exercise says next, and what its file may hold. No Rasa, clock or network."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.exercises import (
    CONTROLS,
    GENTLE,
    Exercise,
    ExerciseFileError,
    Moment,
    Progress,
    at_checkin,
    load_exercise,
    load_library,
    next_moment,
    start,
)
from assistant.exercises.__main__ import main

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "assistant/exercises/library"
GENTLE_TEXT = (SHIPPED / "gentle.yml").read_text(encoding="utf-8")
HOLD_TEXT = (SHIPPED / "four_seven_eight.yml").read_text(encoding="utf-8")
EXERCISES = list(load_library().values())


def place(moment: Moment) -> Progress:
    """Return where a message leaves the listener; fails if it was the last."""
    assert moment.progress is not None
    return moment.progress


def holding() -> Progress:
    """Return the place after somebody clearly chose 4-7-8 with its hold."""
    return place(start("4-7-8", place(start("4-7-8"))))


def first_round(progress: Progress) -> Moment:
    """Lead the first breath, from the message that says how to sit."""
    moment = next_moment(progress)
    assert moment.phases
    return moment


def say_all(progress: Progress) -> list[Moment]:
    """Collect every message from here to the check-in, for a listener who only says yes."""
    moments = [next_moment(progress)]
    while not at_checkin(moments[-1].progress):
        moments.append(next_moment(place(moments[-1])))
    return moments


def holds(moment: Moment) -> bool:
    """Tell whether this message leads a hold."""
    return any(phase.kind == "hold" for phase in moment.phases)


def faults_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    """Return what the loader says about a file with this text."""
    path = tmp_path / "broken.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExerciseFileError) as caught:
        load_exercise(path)
    return caught.value.faults


def line_of(text: str, part: str) -> int:
    """Return the line, from 1, on which a part of a text stands."""
    return text[: text.index(part)].count("\n") + 1


# --- the way through ---


def test_gentle_says_one_message_for_each_step():
    """Gentle is a message on how to sit, six breaths and the check-in."""
    begin = start(GENTLE)
    said = [begin.say, *(moment.say for moment in say_all(place(begin)))]
    rounds = ["utter_breathing_round"] * 6
    assert said == ["utter_breathing_ready", *rounds, "utter_exercise_checkin"]


def test_four_seven_eight_holds_four_times():
    """Chosen with its hold, 4-7-8 leads four breaths and asks how it was."""
    said = [moment.say for moment in say_all(holding())]
    assert said == ["utter_breathing_round_hold"] * 4 + ["utter_exercise_checkin"]


def test_counts_and_round_number_are_filled_in():
    """A round says its counts and how far along it is."""
    words = first_round(holding()).fill["words"]
    assert "for 4" in words and "for 7" in words and "for 8" in words and "(1 of 4)" in words


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_no_placeholder_is_left_open(exercise: Exercise):
    """Nothing that is said still holds a brace."""
    begin = start(exercise.id, Progress(exercise.id)) if exercise.has_hold else start(exercise.id)
    assert "{" not in begin.fill["words"]
    assert all("{" not in moment.fill["words"] for moment in say_all(place(begin)))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_caution_is_in_the_first_message(exercise: Exercise):
    """The first message of every exercise says who should take care."""
    assert exercise.caution in start(exercise.id).fill["words"]


def test_every_round_with_a_hold_says_the_hold_may_be_skipped():
    """The leave to skip stands in each round, not only at the start."""
    skip = load_library()["4-7-8"].lines.skip_hold
    assert all(skip in moment.fill["words"] for moment in say_all(holding()) if holds(moment))


def test_after_the_check_in_nothing_runs():
    """A yes to the question how it was ends the exercise, and clears the slots."""
    last = next_moment(place(say_all(place(start(GENTLE)))[-1]))
    assert (last.say, last.done) == ("utter_exercise_closed", True)
    assert last.slots == {"exercise": None, "exercise_step": None, "exercise_running": False}


# --- choosing ---


def test_nothing_asked_for_starts_gentle():
    """Without a technique the exercise is gentle."""
    assert place(start(None)).exercise == GENTLE


def test_an_unknown_technique_starts_gentle():
    """A technique we do not lead is answered with gentle."""
    assert place(start("alternate-nostril")).exercise == GENTLE


def test_an_exercise_with_a_hold_first_asks():
    """4-7-8 does not begin before the choice was offered."""
    assert start("4-7-8").say == "utter_breathing_choice"


def test_asking_for_the_hold_again_is_the_clear_choice():
    """At the choice, 4-7-8 once more goes on with the hold."""
    assert holding() == Progress("4-7-8", step=1, told=True)


@pytest.mark.parametrize("control", [None, "resume", "skip", "slower", "faster", "something"])
def test_anything_else_at_the_choice_is_gentle(control: str | None):
    """Yes, ok or a control is no clear choice of holding."""
    assert place(next_moment(place(start("4-7-8")), control)).exercise == GENTLE


@pytest.mark.parametrize("control", ["repeat", "back"])
def test_repeat_and_back_say_the_choice_again(control: str):
    """Whoever wants to read the caution again gets it again."""
    assert next_moment(place(start("4-7-8")), control).say == "utter_breathing_choice"


def test_a_pause_at_the_choice_chooses_nothing():
    """After a pause the choice is put once more."""
    paused = next_moment(place(start("4-7-8")), "pause")
    assert next_moment(place(paused)).say == "utter_breathing_choice"


def test_gentle_can_be_chosen_in_the_middle_of_a_hold_exercise():
    """A change to gentle starts gentle from its first message."""
    moment = start(GENTLE, place(first_round(holding())))
    assert (moment.say, place(moment).exercise) == ("utter_breathing_ready", GENTLE)


def test_a_red_flag_before_makes_the_start_gentle():
    """With no_hold even a clear wish for 4-7-8 starts gentle."""
    assert place(start("4-7-8", no_hold=True)).exercise == GENTLE
    assert place(start("4-7-8", place(start("4-7-8")), no_hold=True)).exercise == GENTLE


def test_a_red_flag_on_the_way_takes_the_hold_out():
    """With no_hold a running 4-7-8 goes on without its hold."""
    moment = next_moment(place(first_round(holding())), no_hold=True)
    assert moment.say == "utter_breathing_round"
    assert not holds(next_moment(place(moment)))


# --- controls ---


@pytest.mark.parametrize(("control", "tempo"), [("slower", 1), ("faster", -1)])
def test_a_new_tempo_says_the_same_round_again(control: str, tempo: int):
    """Slower and faster change the breath and stay at it."""
    before = place(first_round(place(start(GENTLE))))
    after = next_moment(before, control)
    assert place(after) == Progress(GENTLE, step=before.step, tempo=tempo)
    assert after.phases == load_library()[GENTLE].breath(tempo)


@pytest.mark.parametrize(("control", "line"), [("slower", "slowest"), ("faster", "fastest")])
def test_the_tempo_has_an_end_and_says_so(control: str, line: str):
    """Beyond the slowest and the fastest the listener hears that this is it."""
    progress = place(first_round(place(start(GENTLE))))
    again = next_moment(place(next_moment(progress, control)), control)
    assert getattr(load_library()[GENTLE].lines, line) in again.fill["words"]
    assert place(again).tempo == place(next_moment(progress, control)).tempo


def test_slower_takes_faster_back():
    """Slower after faster is the tempo as written."""
    progress = place(first_round(place(start(GENTLE))))
    faster = place(next_moment(progress, "faster"))
    assert place(next_moment(faster, "slower")).tempo == 0


def test_a_tempo_asked_for_before_the_first_round_begins_it():
    """At the message on how to sit, slower leads to a slower first breath."""
    moment = next_moment(place(start(GENTLE)), "slower")
    assert moment.phases == load_library()[GENTLE].breath(1)


def test_skip_says_the_same_round_without_the_hold():
    """Skip in a round with a hold takes it out, here and from here on."""
    before = place(first_round(holding()))
    after = next_moment(before, "skip")
    assert place(after).step == before.step
    assert not holds(after)
    assert not holds(next_moment(place(after)))


def test_skip_without_a_hold_goes_past_the_step():
    """Where there is no hold to leave out, skip goes on."""
    before = place(first_round(place(start(GENTLE))))
    assert place(next_moment(before, "skip")).step == before.step + 1


def test_skip_before_the_first_hold_leads_on_without_it():
    """Skip at the message on how to sit begins the first breath, nothing held."""
    moment = next_moment(holding(), "skip")
    assert moment.say == "utter_breathing_round"


def test_pause_waits_and_the_next_word_says_the_same_step():
    """After a pause nobody has lost a breath."""
    before = first_round(place(start(GENTLE)))
    paused = next_moment(place(before), "pause")
    assert paused.say == "utter_breathing_paused"
    assert next_moment(place(paused)).fill == before.fill
    assert next_moment(place(paused), "resume").fill == before.fill


def test_resume_without_a_pause_goes_on():
    """Keep going means the next breath."""
    before = place(first_round(place(start(GENTLE))))
    assert next_moment(before, "resume") == next_moment(before)


def test_repeat_says_the_same_words():
    """Repeat changes nothing."""
    before = first_round(place(start(GENTLE)))
    assert next_moment(place(before), "repeat").fill == before.fill


def test_an_unreadable_control_repeats():
    """A wish nobody could read never leads further than wanted."""
    before = place(first_round(place(start(GENTLE))))
    assert next_moment(before, "sideways") == next_moment(before, "repeat")


def test_back_goes_one_step_back_and_no_further_than_the_start():
    """Back is one message, and harmless at the first."""
    ready = place(start(GENTLE))
    assert place(next_moment(place(first_round(ready)), "back")) == ready
    assert place(next_moment(ready, "back")) == ready


# --- never more holding than is safe ---


def test_repeated_holds_count():
    """A round said twice with its hold leaves one fewer for later."""
    moment = first_round(holding())
    for _ in range(3):
        moment = next_moment(place(moment), "repeat")
        assert holds(moment)
    moment = next_moment(place(moment), "repeat")
    assert not holds(moment)
    assert load_library()["4-7-8"].lines.enough_holds in moment.fill["words"]


def test_a_restart_does_not_bring_the_holds_back():
    """After four holds, 4-7-8 again is answered with gentle, and why."""
    fourth = say_all(holding())[3]
    moment = start("4-7-8", place(fourth))
    assert place(moment).exercise == GENTLE
    assert load_library()["4-7-8"].lines.enough_holds in moment.fill["words"]


HOLDING_IDS = [exercise.id for exercise in EXERCISES if exercise.has_hold]


def test_three_exercises_have_a_hold():
    """What follows is about these three."""
    assert sorted(HOLDING_IDS) == ["4-5-6", "4-7-8", "box"]


@pytest.mark.hazard("H12")
@given(
    st.sampled_from(HOLDING_IDS),
    st.lists(st.sampled_from([None, *CONTROLS, "holding", *load_library()]), max_size=60),
    st.booleans(),
)
def test_no_way_through_holds_more_than_four_times(
    first: str, moves: list[str | None], draws: bool
):
    """Whatever is said in whatever order, at most four holds are led, each after its caution."""
    moment, held, warned = start(first), 0, set()
    for move in [None, *moves]:
        warned |= {e.id for e in EXERCISES if e.caution in moment.fill.get("words", "")}
        if moment.progress is None:
            break
        starting = move == "holding" or move in load_library()
        go = start if starting else next_moment
        arguments = (move, moment.progress) if starting else (moment.progress, move)
        moment = go(*arguments, draws=draws)  # type: ignore[operator]
        if holds(moment) and moment.progress:
            held += load_library()[moment.progress.exercise].length() if moment.drawn else 1
            assert moment.progress.exercise in warned
    assert held <= 4


@given(st.lists(st.sampled_from([None, *CONTROLS]), max_size=30))
def test_every_place_survives_the_slots(moves: list[str | None]):
    """Written to slots and read back, a place is the same."""
    moment = start(GENTLE)
    for move in moves:
        if moment.done:
            return
        assert Progress.from_slots(moment.slots) == moment.progress
        moment = next_moment(place(moment), move)


# --- slots that do not fit ---


@pytest.mark.parametrize(
    "change",
    [
        {"exercise": None},
        {"exercise": "gone"},
        {"exercise_running": False},
        {"exercise_step": None},
        {"exercise_step": 3},
        {"exercise_step": {"step": 99}},
        {"exercise_step": {"step": -1}},
        {"exercise_step": {"step": "two"}},
        {"exercise_step": {"round": 1}},
        {"exercise_step": {"skipped": 7}},
    ],
)
def test_slots_that_name_no_place_are_no_place(change: dict[str, object]):
    """Slots of another version, or of nothing running, are read as nothing running."""
    assert Progress.from_slots({**start(GENTLE).slots, **change}) is None


# --- the shipped files ---


def test_gentle_holds_nothing():
    """The default has no hold in it."""
    assert not load_library()[GENTLE].has_hold


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_words_never_cheer_or_promise(exercise: Exercise):
    """No exercise shouts, praises or says it stops the twitching."""
    begin = start(exercise.id)
    said = " ".join(m.fill["words"] for m in [begin, *say_all(place(begin))]).lower()
    for word in ("!", "well done", "worry", "will stop", "relaxed now", "cure"):
        assert word not in said


# --- what the loader refuses ---

# What is changed in gentle.yml, into what, and what the loader then says.
GENTLE_FAULTS = {
    "no kind": ("kind: breathing\n", "", '"kind" is missing from an exercise'),
    "unknown kind of exercise": ("kind: breathing", "kind: yoga", 'kind is "yoga"'),
    "400 rounds": ("rounds: 6", "rounds: 400", "rounds is 400. Write a whole number from 1 to 20"),
    "day not quoted": ('"2026-11-22"', "2026-11-22", "Write the day in quotes"),
    "flag no yes": ("rounds: 6", "rounds: 6\nnot_after_a_flag: maybe", "Write true"),
    "whole without a count": ("for {in}, and out", "slowly, and out", "never says {in}"),
    "missing key": ("title: Gentle breathing\n", "", '"title" is missing from an exercise'),
    "unknown key": ("rounds: 6", "rounds: 6\nlaps: 3", '"laps" is not part of an exercise'),
    "key twice": ("rounds: 6", "rounds: 6\nrounds: 5", "twice"),
    "not YAML": ("rounds: 6", "rounds: [6", "not valid YAML"),
    "not a text": ("title: Gentle breathing", "title: 5", "title is not a text"),
    "empty text": ("title: Gentle breathing", 'title: " "', "title is not a text"),
    "long title": ("title: Gentle breathing", f"title: {'a' * 41}", "41 characters long"),
    "posture no list": ("posture:\n", "posture: sit\nother:\n", '"other" is not part'),
    "sources empty": ("[nhs-breathing, nccih-relaxation]", "[]", "sources is empty"),
    "sources no list": ("[nhs-breathing, nccih-relaxation]", "nhs", "sources is not a list"),
    "unknown kind": ("kind: out", "kind: rest", '"rest" is not a kind of phase'),
    "phase without seconds": (", seconds: 5", "", '"seconds" is missing from a phase'),
    "phase is a text": ("{kind: out, label: Breathe out, seconds: 5}", "out 5", "three keys"),
    "too long a phase": ("seconds: 5", "seconds: 16", "whole number from 1 to 15"),
    "half a count": ("seconds: 5", "seconds: 4.5", "whole number from 1 to 15"),
    "long label": ("label: Breathe out", f"label: {'o' * 41}", "41 characters long"),
    "no breath in": ("kind: in", "kind: out", "first phase is not a breath in"),
    "no breath out": ("kind: out", "kind: in", "no phase breathes out"),
    "no rounds": ("rounds: 6", "rounds: 0", "whole number from 1 to 20"),
    "too many rounds": ("rounds: 6", "rounds: 21", "whole number from 1 to 20"),
    "over two minutes": ("rounds: 6", "rounds: 13", "120 is the limit"),
    "faster says nothing": ("faster: {counts: [3, 4]}", "faster: {}", "faster says no pace"),
    "faster is slower": ("faster: {counts: [3, 4]}", "faster: {counts: [5, 5]}", "not faster"),
    "slower is faster": ("slower: {counts: [5, 5]}", "slower: {counts: [4, 5]}", "not slower"),
    "a count too few": ("counts: [3, 4]", "counts: [3]", "Write 2 of them"),
    "counts no list": ("counts: [3, 4]", "counts: 3", "Write 2 of them"),
    "unknown pace key": ("{counts: [3, 4]}", "{speed: 2}", '"speed" is not part of faster'),
    "odd count_seconds": ("{counts: [3, 4]}", "{count_seconds: quick}", "is not a number"),
    "too slow": ("{counts: [5, 5]}", "{count_seconds: 4}", "longer than 15 seconds"),
    "line missing": ("  paused: We", "  # paused: We", '"paused" is missing from lines'),
    "unknown line": ("  paused: We", "  cheer: Yes\n  paused: We", '"cheer" is not part of lines'),
    "hold line, no hold": (
        "  paused: We",
        "  skip_hold: Skip it\n  paused: We",
        "skip_hold is about a hold",
    ),
    "count not said": (
        "In for {in}. Out for {out}. Let",
        "In for {in}. Out. Let",
        "never says {out}",
    ),
    "placeholder not filled": ("Let your jaw", "{name}, let your jaw", "nothing fills {name}"),
    "placeholder with a twist": ("One more. In for {in}.", "In for {in:>9}.", "{in:>9}"),
    "lone brace": ("Let your jaw", "Let } your jaw", "stands alone"),
    "placeholder outside": ("There is no rush", "{title} is no rush", "nothing fills {title}"),
}
HOLD_FAULTS = {
    "five holds": ("rounds: 4", "rounds: 5", "5 rounds with a hold are too many"),
    "no leave to skip": ("  skip_hold:", "  # skip_hold:", '"skip_hold" is missing from lines'),
    "hold not said": (
        "Hold for {hold}. Breathe out",
        "Hold. Breathe out",
        "never says {hold}",
    ),
    "hold in a free round": ("slow and soft", "{hold} long", "nothing fills {hold}"),
}


@pytest.mark.parametrize(("old", "new", "says"), GENTLE_FAULTS.values(), ids=GENTLE_FAULTS)
def test_a_fault_is_refused_with_its_name(tmp_path: Path, old: str, new: str, says: str):
    """Each rule of an exercise file has a fault of its own."""
    assert old in GENTLE_TEXT
    faults = faults_of(tmp_path, GENTLE_TEXT.replace(old, new, 1))
    assert any(says in fault for fault in faults), faults


@pytest.mark.parametrize(("old", "new", "says"), HOLD_FAULTS.values(), ids=HOLD_FAULTS)
def test_a_fault_about_holding_is_refused(tmp_path: Path, old: str, new: str, says: str):
    """Each rule about holding has a fault of its own."""
    assert old in HOLD_TEXT
    faults = faults_of(tmp_path, HOLD_TEXT.replace(old, new, 1))
    assert any(says in fault for fault in faults), faults


def test_a_fault_names_the_file_the_line_and_the_way_out(tmp_path: Path):
    """A fault reads `file:line: what is wrong. What to write instead.`, one fault a line."""
    text = HOLD_TEXT.replace("rounds: 4", "rounds: 9", 1)
    (fault,) = faults_of(tmp_path, text)
    where = f"{tmp_path / 'broken.yml'}:{line_of(text, 'rounds: 9')}: "
    assert fault == f"{where}9 rounds with a hold are too many. Write 4 or fewer."


def test_a_fault_in_a_list_names_the_line_of_its_entry(tmp_path: Path):
    """In a list of lines it is the bad line that is named."""
    text = GENTLE_TEXT.replace("In for {in}. Out for {out}. Let", "Out for {out}. Let", 1)
    (fault,) = faults_of(tmp_path, text)
    assert f":{line_of(text, '- Out for {out}. Let')}: " in fault


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path):
    """An author mends a file in one go."""
    text = GENTLE_TEXT.replace("seconds: 4", "seconds: 40").replace("rounds: 6", "rounds: 60")
    assert len(faults_of(tmp_path, text)) == 2


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path):
    """A list is not an exercise."""
    assert "not an exercise" in faults_of(tmp_path, "- breathe\n")[0]


@pytest.mark.parametrize("key", ["phases", "lines"])
def test_an_empty_part_is_refused(tmp_path: Path, key: str):
    """An exercise without phases or lines says so instead of breaking."""
    start_of = GENTLE_TEXT.index(f"{key}:")
    end_of = GENTLE_TEXT.index("rounds:" if key == "phases" else "closing:")
    text = f"{GENTLE_TEXT[:start_of]}{key}:\n{GENTLE_TEXT[end_of:]}"
    assert any(fault.count(f" {key} is") for fault in faults_of(tmp_path, text))


def test_too_many_phases_are_refused(tmp_path: Path):
    """The widget's pacer draws six phases at most."""
    phase = "  - {kind: out, label: Breathe out, seconds: 5}\n"
    assert "phases has 7 entries" in faults_of(tmp_path, GENTLE_TEXT.replace(phase, phase * 6))[0]


def test_two_files_cannot_share_an_id(tmp_path: Path):
    """The second file with an id is named, and the first."""
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(GENTLE_TEXT, encoding="utf-8")
    with pytest.raises(ExerciseFileError, match=r'b\.yml:\d+: the id "gentle" is also in .*a\.yml'):
        load_library(tmp_path)


def test_a_library_without_gentle_is_refused(tmp_path: Path):
    """Gentle is the answer to everything unclear, so it must be there."""
    (tmp_path / "four_seven_eight.yml").write_text(HOLD_TEXT, encoding="utf-8")
    with pytest.raises(ExerciseFileError, match="gentle"):
        load_library(tmp_path)


def test_a_gentle_exercise_with_a_hold_is_refused(tmp_path: Path):
    """Whoever may not hold is sent to gentle, so it holds nothing."""
    (tmp_path / "gentle.yml").write_text(HOLD_TEXT.replace("id: 4-7-8", "id: gentle"), "utf-8")
    with pytest.raises(ExerciseFileError, match="gentle has a hold"):
        load_library(tmp_path)


def test_a_second_hold_has_its_own_count(tmp_path: Path):
    """In a breath with two holds the lines say {hold} and {hold2}."""
    text = HOLD_TEXT.replace(
        "{kind: out, label: Breathe out, seconds: 8}",
        "{kind: out, label: Out, seconds: 8}\n  - {kind: hold, label: Wait, seconds: 2}",
    )
    assert "never says {hold2}" in faults_of(tmp_path, text)[0]


# --- the terminal ---


def test_terminal_walks_to_the_end(capsys: pytest.CaptureFixture[str]):
    """Without waiting, the whole exercise is printed, counts and closing."""
    assert main(["gentle", "--fast"]) == 0
    out = capsys.readouterr().out
    assert "Breathe in 4" in out and load_library()[GENTLE].closing in out


def test_terminal_holds_only_when_told_to(capsys: pytest.CaptureFixture[str]):
    """4-7-8 in the terminal turns gentle unless --hold is given."""
    main(["4-7-8", "--fast"])
    assert "Hold 7" not in capsys.readouterr().out
    main(["4-7-8", "--hold", "--fast"])
    assert "Hold 7" in capsys.readouterr().out
