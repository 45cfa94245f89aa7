"""How a message becomes a tier: codes, rulings and context rules of the safety specification."""

from __future__ import annotations

import time

import pytest

from assistant.safety.detector import Context, Finding, detect, reply_key

# ------------------------------------------------------------------ rulings on edge cases (1.8)
RULINGS = [
    ("double vision and my eyelid is drooping", "emergency", None),
    ("suddenly seeing double", "emergency", None),
    ("double vision on and off for days", "see_doctor", "urgent"),
    ("walking like I'm drunk for weeks", "see_doctor", "urgent"),
    ("one side of my face is numb", "emergency", None),
    ("my lips have been numb for three days", "see_doctor", "urgent"),
    ("my legs are weak by the end of the day, for weeks now", "see_doctor", None),
    ("my heart is irregular and I'm about to pass out", "emergency", None),
    ("I feel faint", "see_doctor", "urgent"),
    ("my leg keeps giving way", "see_doctor", "urgent"),
    ("my arm falls when I hold it up", "emergency", None),
    ("suddenly I can't swallow", "emergency", None),
    ("I can't swallow my saliva", "emergency", None),
    ("twitching and night sweats", "see_doctor", "routine"),
    ("when should I see a doctor about numbness", None, None),
    ("does caffeine make twitching worse?", None, None),
    ("what does numbness mean in the dictionary", None, None),
    ("dead legs after my run", None, None),
    ("weak ankle from an old injury", None, None),
    ("twitching daily for 8 weeks", "see_doctor", "routine"),
    ("I can't go on like this at work", None, None),
    ("I want the pain to end for good", "crisis", None),
    ("stop these twitches for good", None, None),
]


@pytest.mark.parametrize(("message", "tier", "level"), RULINGS)
def test_rulings_on_edge_cases(message: str, tier: str | None, level: str | None) -> None:
    """The rulings override the tables."""
    finding = detect(message)
    assert finding.tier == tier, finding
    if level:
        assert finding.level == level, finding


# ------------------------------------------------------------------ context rules (section 3)
@pytest.mark.parametrize(
    "message",
    [
        "no numbness",
        "without tingling",
        "not weak or numb",
        "no numbness, weakness or tingling",
        "I don't have any weakness",
        "I have no chest pain",
        "my speech isn't slurred",
        "never had a seizure",
    ],
)
def test_a_clear_denial_is_no_flag_but_gets_the_soft_line(message: str) -> None:
    """Row 1."""
    finding = detect(message)
    assert finding.tier is None, finding
    assert "soft_line" in finding.append


@pytest.mark.parametrize(
    "message",
    [
        "no numbness but my grip is weak",
        "not numb, just can't feel it",
        "numbness won't go away",
        "it's not just tingling, it's dead",
        "I can't feel my foot",
        "I can't say it isn't numb",
        "I've never been this weak",
        "no, my arm is numb",
        "I don't know why my arm is weak",
        "my arm isn't numb or anything, my face has dropped on the left",
        "my arm isn't numb or anything :) my face has dropped on the left",
        "I'm not dizzy... my arm is weak",
    ],
)
def test_a_negative_that_is_the_symptom_or_ends_still_counts(message: str) -> None:
    """Rows 2, 3 and 4."""
    assert detect(message).tier is not None


@pytest.mark.parametrize("message", ["I'm not suicidal", "I'd never hurt myself, I'm just anxious"])
def test_a_denied_crisis_gets_one_support_line(message: str) -> None:
    """Row 5."""
    finding = detect(message)
    assert finding.tier is None, finding
    assert finding.append.count("support_line") == 1
    assert finding.markers


@pytest.mark.parametrize(
    "message",
    ["maybe a bit weak?", "I think it's numb", "kind of tingly", "might be having a stroke"],
)
def test_uncertain_words_count_as_certain(message: str) -> None:
    """Row 6."""
    assert detect(message).tier is not None


def test_past_and_gone_is_soft_but_recent_past_is_present() -> None:
    """Rows 7 and 8."""
    assert detect("had numbness last year but it's gone").tier is None
    assert detect("my hand was numb last night").tier == "see_doctor"
    assert detect("numbness on and off, it comes back").tier == "see_doctor"
    assert detect("my arm went weak suddenly yesterday, fine now").tier == "emergency"


def test_a_diagnosed_sign_is_soft_until_it_changes() -> None:
    """Row 9."""
    known = detect("doctor says my numbness is carpal tunnel")
    assert known.tier is None
    assert {"soft_line", "tripwire"} <= set(known.append)
    assert detect("doctor says it's carpal tunnel but it's getting worse and I'm weak").tier


def test_another_person_gets_the_same_tier_in_the_third_person() -> None:
    """Rows 10 and 11."""
    finding = detect("my son can't breathe")
    assert (finding.tier, finding.person) == ("emergency", "other")
    assert reply_key(finding) == "utter_emergency_other"
    assert detect("my mum has weakness in her arm").person == "other"
    assert detect("my husband's worried, my own arm is weak").person == "self"
    assert detect("my dad had ALS").tier is None


@pytest.mark.parametrize(
    ("message", "tier"),
    [
        ("can anxiety cause numbness?", "see_doctor"),
        ("is tingling normal?", "see_doctor"),
        ("can anxiety cause chest pain?", "see_doctor"),
        ("what are stroke signs?", "emergency"),
        ("how do I know it's a heart attack?", "emergency"),
        ("if my arm went numb what should I do?", "see_doctor"),
        ("what if I stop breathing", "emergency"),
        ("when should I get help?", None),
        ("is it ALS?", None),
    ],
)
def test_questions_about_signs(message: str, tier: str | None) -> None:
    """Rows 12 to 16."""
    assert detect(message).tier == tier


@pytest.mark.parametrize(
    "message",
    [
        "a weakness for chocolate", "weak coffee", "weak excuse", "weak signal",
        "weakness in my argument", "my week was bad", "weekend", "two weeks",
        "dying to know", "dead tired", "I'd kill for a coffee", "nearly died laughing",
        "I'm dead 😂", "kill me lol", "are you suicidal?", "kill yourself bot",
        "stroke of luck", "breaststroke", "stroke my cat", "nearly gave me a heart attack",
        "threw a fit", "can't breathe for laughing", "choked up", "chest day at the gym",
        "passed out on the sofa after work",
    ],
)  # fmt: skip
def test_turns_of_phrase_are_ignored(message: str) -> None:
    """Rows 17, 18, 20, 25 and 29."""
    assert detect(message).tier is None


def test_death_anxiety_gets_the_tripwire_and_a_wish_to_die_gets_the_crisis_reply() -> None:
    """Rows 22 and 23."""
    fear = detect("I feel like I'm going to die")
    assert fear.tier is None
    assert "tripwire" in fear.append
    assert detect("I want to die").tier == "crisis"
    assert detect("I'm scared I might hurt myself").tier == "crisis"


def test_a_quotation_gets_one_support_line() -> None:
    """Row 24."""
    finding = detect("my book says suicide is common")
    assert finding.tier is None
    assert "support_line" in finding.append


def test_a_plain_cause_is_soft_unless_it_lasts() -> None:
    """Row 30."""
    for message in ("numb from the dentist", "sat on my foot and it went to sleep",
                    "hands numb from the snow"):  # fmt: skip
        finding = detect(message)
        assert finding.tier is None, finding
        assert {"soft_line", "tripwire"} <= set(finding.append)
    assert detect("sat on my foot an hour ago and it is still numb").tier is not None


@pytest.mark.parametrize("word", ["numb", "weak", "chest"])
def test_a_bare_word_is_taken_seriously(word: str) -> None:
    """Row 31."""
    assert detect(word).tier == "see_doctor"


# ------------------------------------------------------------------ where a clause ends
@pytest.mark.parametrize(
    "message",
    [
        "lugged bricks all week, arms are flickering a bit",
        "my thumb throbs so i cut down on coffee",
        "a twitch in my knee when i stop moving",
        "this isn't the exercise for me, stop",
        "my eyelid jumps and my daughter keeps me up",
    ],
)
def test_a_sign_is_not_put_together_out_of_two_clauses(message: str) -> None:
    """Words left and right of a comma, or of `and my`, `so i`, `when i`, are two statements."""
    assert detect(message).tier is None


@pytest.mark.parametrize(
    "message",
    [
        "used to be one eye, now it's everywhere",
        "calf like a brick and it flickers",
        "my eyelid, it's been twitching for months",
        "my leg twitches and i can't sleep",
        "i tried yoga, magnesium, all of it, and it still twitches",
    ],
)
def test_a_sign_told_in_two_clauses_is_still_found(message: str) -> None:
    """Lines with `>>` read over a comma and a joint on purpose."""
    assert detect(message).tier == "see_doctor"


@pytest.mark.parametrize(
    ("message", "tier"),
    [
        ("why does breathing fast make your muscles jump", None),
        ("hyperventilating and calcium, what is the link", None),
        ("is panting after a run the same as overbreathing", None),
        ("i'm hyperventilating", "see_doctor"),
        ("breathing too fast and can't slow down", "see_doctor"),
        ("my breathing is fast and shallow", "see_doctor"),
        ("bit puffed lately", "see_doctor"),
        ("I can't get my breath", "emergency"),
    ],
)
def test_fast_breathing_is_a_topic_until_someone_does_it_now(
    message: str, tier: str | None
) -> None:
    """U9 is being more short of breath now; how breath, calcium and twitches hang together is not."""
    assert detect(message).tier == tier


# ------------------------------------------------------------------ pairs: an excuse and its limit
@pytest.mark.parametrize(
    ("excused", "flag"),
    [
        ("the nurse asked about numbness and weakness and it was no to both",
         "numb leg, asked for a scan, doctor said no"),
        ("nothing's numb, nothing's weak, i just twitch", "nothing is helping my numb hand"),
        ("pins and needles? no. weakness? no. twitch? yes", "numb? no. can't feel it at all"),
        ("no part of me is numb or weak", "no chest pain leg is numb"),
        ("used to get tingly hands in my twenties, not now",
         "i ran marathons in my twenties, now my legs give way"),
        ("years ago my hand went numb, all healed", "i moved here years ago and my hand went numb"),
        ("since mum's funeral i'm sort of numb and floaty",
         "since mum's funeral my left hand has been numb"),
        ("sat on the loo too long and my legs went dead, they came back in a minute",
         "sat on a bench and half my face went numb"),
        ("at what point would numbness need a doctor", "should i call the gp, mum is weak and numb"),
        ("out of breath after swimming", "out of breath after one flight of stairs"),
        ("my weekly swim leaves me puffed", "puffed putting my socks on"),
    ],
)  # fmt: skip
def test_an_excuse_ends_where_the_sign_is_real(excused: str, flag: str) -> None:
    """Each excuse beside the nearest message it must not hide."""
    assert detect(excused).tier is None, detect(excused)
    assert detect(flag).tier is not None


def test_numb_with_loss_gets_the_support_line() -> None:
    """Row 19: a mood called numb is no sign of a nerve, and is not passed over either."""
    assert "support_line" in detect("feeling numb since dad died, just flat").append


# ------------------------------------------------------------------ replies
@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("my chest hurts", "utter_emergency"),
        ("my wife is having a seizure", "utter_emergency_other"),
        ("I want to die", "utter_crisis"),
        ("I have the pills here and a note", "utter_crisis_imminent"),
        ("my friend wants to kill himself", "utter_crisis_other"),
        ("he hits me", "utter_crisis_abuse"),
        ("I'm 12 and I cut myself", "utter_crisis_child"),
        ("took the whole packet of pills", "utter_emergency_and_crisis"),
        ("my boyfriend strangled me last night", "utter_emergency_and_crisis"),
        ("I tried to kill myself this morning", "utter_emergency_and_crisis"),
        ("my chest hurts and I want to die", "utter_emergency_and_crisis"),
        ("I need a helpline number", "utter_crisis_resources"),
        ("my foot drags", "utter_see_doctor_urgent"),
        ("my arm feels weak", "utter_see_doctor_routine"),
        ("can't stop scary thoughts", "utter_see_doctor_mental"),
    ],
)
def test_the_reply_a_finding_is_owed(message: str, key: str) -> None:
    """One finding, one response key."""
    assert reply_key(detect(message)) == key


def test_reply_key_refuses_a_finding_without_a_tier() -> None:
    """No tier, no safety reply."""
    with pytest.raises(ValueError, match="needs a finding with a tier"):
        reply_key(Finding())


# ------------------------------------------------------------------ a running exercise (row 27)
EXERCISE = Context(in_exercise=True)


@pytest.mark.parametrize(
    "message",
    ["I feel dizzy", "light-headed", "this is making it worse", "stop", "enough", "I can't",
     "it hurts", "panicky", "cramping", "quit"],
)  # fmt: skip
def test_stop_words_leave_the_exercise(message: str) -> None:
    """5.2."""
    assert detect(message, EXERCISE).exercise_exit


@pytest.mark.parametrize(
    "message", ["my lips are tingling", "both hands are numb", "tingly fingers"]
)
def test_mild_tingling_leaves_the_exercise_as_routine(message: str) -> None:
    """Row 27: tingling of lips, fingers or both sides."""
    finding = detect(message, EXERCISE)
    assert (finding.tier, finding.level, finding.code) == ("see_doctor", "routine", "D2")
    assert finding.exercise_exit


@pytest.mark.parametrize(
    ("message", "tier", "level"),
    [
        ("my left arm is numb", "see_doctor", "urgent"),
        ("my arm suddenly went numb", "emergency", None),
        ("my arm feels weak", "see_doctor", None),
        ("chest pain", "emergency", None),
        ("I want to die", "crisis", None),
    ],
)
def test_a_graver_sign_in_an_exercise_gets_its_own_reply(
    message: str, tier: str, level: str | None
) -> None:
    """Ruling 6 and row 27: weakness, one side, sudden."""
    finding = detect(message, EXERCISE)
    assert finding.tier == tier, finding
    assert not finding.exercise_exit
    if level:
        assert finding.level == level


# ------------------------------------------------------------------ length and shape
FILLER = "so I was at work and had some tea and my eyelid twitched again and my friend laughed. "


@pytest.mark.parametrize("at", [0, 4000, 9900])
def test_a_flag_is_found_wherever_it_stands_in_ten_thousand_characters(at: int) -> None:
    """Rule 0.5."""
    text = (FILLER * 130)[:at] + " my chest hurts and I'm sweating. " + (FILLER * 130)[at:]
    assert detect(text[:10_040]).tier == "emergency"


@pytest.mark.parametrize(
    "unit", [FILLER, FILLER.replace(".", ""), "numb weak sudden arm not no ", "xqzvkj wqrtzp "]
)
def test_time_grows_with_length_and_stays_small(unit: str) -> None:
    """Linear: four times the text takes nowhere near sixteen times as long."""
    detect(unit)

    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        return min(_timed(text) for _ in range(2))

    short, long = seconds(2_500), seconds(10_000)
    assert long < 2.0  # a busy machine; alone it is about a tenth
    assert long < max(short, 0.01) * 12


def _timed(text: str) -> float:
    start = time.perf_counter()
    detect(text)
    return time.perf_counter() - start


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "????", "👍", "a", "0", "'", "​"])
def test_nothing_to_read_is_no_flag(text: str) -> None:
    """Empty, signs only, one letter."""
    assert detect(text).tier is None


def test_evidence_is_the_users_own_words() -> None:
    """Raw text is never lost, whatever was repaired on the way."""
    text = "Well… my ARM   feels ｗｅａｋ today"
    assert detect(text).evidence in text
    assert "ｗｅａｋ" in detect(text).evidence


@pytest.mark.parametrize(
    "message",
    ["I'm not dizzy", "no tingling", "that helps, less anxious", "slower please", "next", "I feel calm",
     "it doesn't hurt"],
)  # fmt: skip
def test_the_exercise_goes_on_when_nothing_is_wrong(message: str) -> None:
    """A denied stop word is no stop word."""
    assert not detect(message, EXERCISE).exercise_exit


def test_text_that_is_not_english_gets_the_help_block() -> None:
    """Row 26."""
    assert "help_block" in detect("me duele el brazo y no se que hacer").append
    assert "help_block" not in detect("my eyelid twitchs al teh tiem and im wored").append
    assert detect("quiero morir").tier == "crisis"


# ------------------------------------------------------------------ rows 12 and 13: questions
@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("can anxiety cause numbness?", "utter_see_doctor_asked_routine"),
        ("is tingling normal?", "utter_see_doctor_asked_routine"),
        ("is weakness a symptom of anxiety", "utter_see_doctor_asked_routine"),
        ("why do panic attacks make your fingers tingle", "utter_see_doctor_asked_routine"),
        ("can anxiety cause chest pain", "utter_see_doctor_asked_urgent"),
        ("can stress make one side of your face numb", "utter_see_doctor_asked_urgent"),
        ("can anxiety cause numbness? my hand is numb", "utter_see_doctor_routine"),
        ("my fingers tingle, is tingling normal?", "utter_see_doctor_routine"),
        ("can anxiety cause chest pain, i have chest pain", "utter_emergency"),
        ("can anxiety cause chest pain? i have chest pain", "utter_emergency"),
        ("what are stroke signs", "utter_emergency_signs"),
        ("signs of a heart attack in women", "utter_emergency_signs"),
        ("how do i know it's a heart attack", "utter_emergency_signs"),
        ("how do you recognise a stroke", "utter_emergency_signs"),
        ("is it a panic attack or a heart attack", "utter_emergency"),
        ("how do i know if im having a stroke", "utter_emergency"),
        ("what are stroke signs, my face just dropped", "utter_emergency"),
        ("stroke symptoms? my arm suddenly went numb", "utter_emergency"),
        ("i have the signs of a stroke", "utter_emergency"),
        ("i think my dad is having a stroke, what are the signs of a stroke", "utter_emergency_other"),
    ],
)  # fmt: skip
def test_a_question_gets_an_answer_and_a_report_the_tiers_own_reply(
    message: str, reply: str
) -> None:
    """The tier is the same; only nobody's own body may be in the question (rows 12 and 13)."""
    assert reply_key(detect(message)) == reply


@pytest.mark.parametrize(
    ("message", "told"),
    [("i have chest pain", True), ("can anxiety cause chest pain", False),
     ("signs of a heart attack", False)],
)  # fmt: skip
def test_only_who_has_it_is_told_to_get_checked_now(message: str, told: bool) -> None:
    """The panic line belongs to a sign that was told."""
    assert ("panic_line" in detect(message).append) is told


def test_a_question_about_the_signs_says_so_in_its_code() -> None:
    """The report counts them apart."""
    finding = detect("what are stroke signs")
    assert (finding.tier, finding.code, finding.variant) == ("emergency", "Q13", "signs")
