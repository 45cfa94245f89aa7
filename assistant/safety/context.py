"""What surrounds a sign: negation, time, person, question, quotation (specification, section 3).

Cues are looked up in `lexicon/context.yml`; the functions here say how far each one reaches. When a
cue's reach is unclear the sign stands.
"""

from __future__ import annotations

from assistant.safety.lexicon import Entry, lexicon
from assistant.safety.mentions import Hit, Message
from assistant.safety.words import COMMA

REACH = 7
"""How many words after `no` or `not` a negation may still cover."""
FAR_ANSWER = 12
"""How many words after a list of signs its answer may stand: "numbness, weakness: no to both"."""


def _reach(name: str) -> frozenset[str]:
    return lexicon().reach[name]


def negated(message: Message, hit: Hit) -> bool:
    """Say whether a sign is plainly denied (rows 1 and 2); rows 3 and 4 are not denials."""
    if _holds(message, hit, "negative_words"):  # "can't feel it" is the symptom (row 3)
        return False
    for at in range(hit.start - 1, max(hit.start - 1 - REACH, -1), -1):
        if message.sentence[at] != message.sentence[hit.start]:
            break
        word = _cue(message, at)
        if word in _reach("stoppers"):
            break
        cue = word in _reach("no_cues") or word in _reach("not_cues")
        if cue and _denies(message, at, hit):
            return True
        if cue and word in _reach("not_cues") and message.words[at + 1].gap:
            break
    return _denied_inside(message, hit) or _denied_after(message, hit)


def _cue(message: Message, at: int) -> str:
    """Give the word at a place as a denial if it can be read as one: `nothing's numb`."""
    forms = message.forms(at)
    return next((form for form in forms if form in _reach("not_cues")), forms[0])


def _denied_inside(message: Message, hit: Hit) -> bool:
    """`my speech isnt slurred`: the denial stands between the words that make the sign."""
    for at in range(hit.start + 1, hit.end - 1):
        word = _cue(message, at)
        if at in hit.places or word not in _reach("no_cues") | _reach("not_cues"):
            continue
        rest = tuple(place for place in hit.places if place > at)
        if rest and _denies(message, at, Hit(rest)):
            return True
    return False


def _denies(message: Message, at: int, hit: Hit) -> bool:
    word = _cue(message, at)
    cue = Hit((at,))
    if message.words[at + 1].gap:  # "no, my arm is numb" answers; it does not deny
        return False
    for name in ("neg_pseudo", "neg_double"):
        if any(at in other.places for other in message.near(cue, name, 1)):
            return False
    if word == "never" and any(
        other.start >= hit.start - 4 for other in message.near(hit, "neg_never_now", 6)
    ):
        return False
    is_no = word in _reach("no_cues")
    through = _reach("list_words") | _reach("after_no")
    if not is_no:
        through |= _reach("after_not")
    between = range(at + 1, hit.start)
    if any(not through.intersection(message.forms(i)) for i in between):
        return False
    if is_no and any(message.forms(i)[0] in ("my", "i", "it") for i in between):
        return False
    if message.comma_between(at, hit.start):
        # A list goes on ("no numbness, weakness or tingling"); a new statement does not.
        if _new_statement(message, at, hit):
            return False
        noun = _noun_at(message, hit.start)
        return noun if is_no else not noun
    if word == "never" and {"this", "so", "such"} & {message.forms(i)[0] for i in between}:
        return False
    return not (is_no and _new_clause(message, at, hit))


def _new_statement(message: Message, at: int, hit: Hit) -> bool:
    """`not numb or anything, my face has dropped`: a subject of its own after the comma."""
    comma = max(i for i in range(at + 1, hit.start + 1) if message.words[i].gap >= COMMA)
    after = {message.forms(i)[0] for i in range(comma, hit.start + 1)}
    return not after.isdisjoint(_reach("subjects"))


def _new_clause(message: Message, at: int, hit: Hit) -> bool:
    """`no numbness and weak grip`: after `and`, a plain adjective starts something new."""
    if "and" not in {message.forms(i)[0] for i in range(at + 1, hit.start)}:
        return False
    return not _noun_at(message, hit.start)


def _noun_at(message: Message, place: int) -> bool:
    return not _reach("nouns").isdisjoint(message.forms(place))


def _holds(message: Message, hit: Hit, name: str) -> bool:
    words = _reach(name)
    return any(not words.isdisjoint(message.forms(place)) for place in hit.places)


def _denied_after(message: Message, hit: Hit) -> bool:
    if any(hit.start in other.places for other in message.near(hit, "neg_post", 1)):
        return True
    for other in message.near(hit, "neg_say", 1):
        if hit.places[-1] in other.places and message.one_breath(other):
            return True
    if _answered_no(message, hit.end):
        return True
    if _reach("listed").isdisjoint(message.forms(hit.start)):
        return False
    return any(
        other.start >= hit.end and not _stopped(message, hit.end, other.start)
        for other in message.near(hit, "neg_answer", FAR_ANSWER)
    )


def _answered_no(message: Message, at: int) -> bool:
    """`pins and needles? no.` asks and answers itself; `numb? no, dead` names the sign anew."""
    words = [message.forms(i)[0] for i in range(at, min(at + 3, len(message.words)))]
    if not words or not message.words[at].gap or words[0] not in _reach("answers_no"):
        return False
    never = words[0] == "never" and words[1:] in [["had", "it"], ["had", "any"], ["had", "them"]]
    after = at + (3 if never else 1)
    return after >= len(message.words) or message.words[after].gap > 0


def _stopped(message: Message, left: int, right: int) -> bool:
    """Say whether a new statement begins between two words: then an answer after it is not ours."""
    stoppers, selves = _reach("stoppers"), _reach("self_words")
    return any(message.forms(i)[0] in stoppers | selves for i in range(left, right))


def past(message: Message, hit: Hit, tier: str) -> bool:
    """Say whether a sign is over (row 7); today and "on and off" are not over (row 8)."""
    far = any(_one_clause(message, hit, then) for then in message.near(hit, "far_past", 10))
    gone = message.has_near(hit, ["gone_now"], 10) is not None or (far and message.has("gone_now"))
    if message.has_near(hit, ["ongoing", "sudden"], 10) or _happening(message, hit):
        return False
    if tier == "emergency":  # stroke signs of the past days count even when gone
        return far and not message.has_near(hit, ["today", "yesterday"], 10)
    if message.has_near(hit, ["today", "yesterday", "repeated"], 10):
        return False
    had = message.has_near(hit, ["had"], 6) is not None
    return (far and (had or gone)) or (had and gone)


def _one_clause(message: Message, hit: Hit, then: Hit) -> bool:
    """`i moved here years ago and my hand went numb`: the years are not the hand's."""
    left, right = sorted((hit, then), key=lambda h: h.start)
    apart = _reach("apart")
    return not any(
        message.layout.joint[i] and message.forms(i)[0] in apart
        for i in range(left.end, right.start)
    )


def _happening(message: Message, hit: Hit) -> bool:
    """`i used to run, my leg feels weak`: the sign itself is told in the present."""
    present = _reach("present")
    return any(message.forms(i)[0] in present for i in range(max(hit.start - 1, 0), hit.end))


def diagnosed(message: Message, hit: Hit) -> bool:
    """Say whether a doctor has already named it and nothing has changed (row 9)."""
    known = message.has_near(hit, ["diagnosed"], 14)
    if known is None or message.has_near(hit, ["sudden", "ongoing"], 14):
        return False
    return message.has("unchanged") or not message.has_near(hit, ["changed"], 14)


def plainly_caused(message: Message, hit: Hit) -> bool:
    """Say whether cold, pressure or the dentist explains a numb part, and it does not last."""
    if not _holds(message, hit, "numb_words"):
        return False
    if any(True for _ in message.near(hit, "dentist", 14, anywhere=True)):
        return not message.has_near(hit, ["sudden"], 14)
    caused = any(True for _ in message.near(hit, "plain_cause", 14, anywhere=True))
    if not caused and not message.has_near(hit, ["face", "whole_side"], 2):
        caused = any(True for _ in message.near(hit, "pressed", 14, anywhere=True))
    if not caused or message.has_near(hit, ["persist"], 14):
        return False
    passing = list(message.near(hit, "recovers", 14))
    return all(_inside(sudden, passing) for sudden in message.near(hit, "sudden", 14))


def _inside(part: Hit, wholes: list[Hit]) -> bool:
    """`it came back in a minute` names a minute, but nothing sudden."""
    return any(whole.start <= part.start and part.end <= whole.end for whole in wholes)


def emotional(message: Message, hit: Hit) -> bool:
    """Say whether `numb` is a mood (row 19): a loss stands by it, and no part of the body."""
    carrying = [i for i in hit.places if message.forms(i)[0] not in _reach("little")]
    if any(message.forms(i)[0] not in _reach("mood_words") for i in carrying):
        return False
    return message.has_near(hit, ["grief"], 14) is not None and not message.has_near(
        hit, ["limb_word", "sudden", "weak"], 14
    )


def third_person(message: Message, hit: Hit) -> bool:
    """Say whose sign it is: the nearest person named before it, or at the start of it."""
    others = [h for h in message.near(hit, "other_person", 12, anywhere=True)]
    selves = [h for h in message.near(hit, "self", 12, anywhere=True)]
    other = max((h.start for h in others if h.start <= hit.start), default=-1)
    self_ = max(
        (h.start for h in selves if h.start <= hit.start and not _own_kin(h, others)), default=-1
    )
    if other < 0 and self_ < 0:
        inside = [h.start for h in others if h.start < hit.end]
        return bool(inside) and not any(h.start < hit.end for h in selves)
    return other > self_


def _own_kin(self_: Hit, others: list[Hit]) -> bool:
    """`my` in `my mum` is no self."""
    return any(self_.start in other.places and other.end > self_.end for other in others)


def only_history(message: Message, hit: Hit, entry: Entry) -> bool:
    """Someone else had it once (row 11): a worry, not an emergency."""
    long_ago = message.has_near(hit, ["far_past", "family_worry"], 10) is not None
    if not long_ago and (not entry.disease or entry.code == "E9"):  # a fit is an emergency
        return False
    if not entry.disease and entry.tier != "see_doctor":
        return False
    if not message.has_near(hit, ["kin"], 10):
        return False
    told = message.has_near(hit, ["other_history", "family_worry"], 6)
    return told is not None and not message.has_near(hit, ["now_word"], 10)


def only_asked(message: Message, hit: Hit) -> bool:
    """Say whether a sign only stands in a general question, with nobody's own body in it."""
    if not message.has_near(hit, ["ask_general"], 14):
        return False
    if any(True for _ in message.near(hit, "self_report", 14)):
        return False
    return any(
        not message.comma_between(min(ask.start, hit.start), max(ask.start, hit.start))
        for ask in message.near(hit, "ask_general", 14)
    )


def excuses(message: Message, ground: Hit, hit: Hit, entry: Entry) -> bool:
    """Say whether a ground for an excuse holds: not denied, and for crisis in the same clause."""
    if negated(message, ground):
        return False
    if entry.tier != "crisis" or set(ground.places) & set(hit.places):
        return True
    left, right = sorted((ground, hit), key=lambda h: h.start)
    if message.comma_between(left.end - 1, right.start):
        return False
    joined = _reach("joining_words")
    return not any(message.forms(i)[0] in joined for i in range(left.end, right.start))


def excuse(message: Message, hit: Hit, entry: Entry, *, other: bool) -> str | None:
    """Name the rule of section 3 that takes the tier away from a sign, if one does."""
    if entry.question:
        return None
    if _quoted(message, hit):
        return "film"
    if entry.tier == "crisis":
        return _crisis_excuse(message, hit)
    if _staged(message, hit):
        return "film"
    if message.has_near(hit, ["homework"], 10) and not message.has("self_own"):
        return "homework"
    if entry.code not in _CHANGE_CODES and past(message, hit, entry.tier):
        return "past"
    if (other or message.has("family_worry")) and only_history(message, hit, entry):
        return "family"
    if plainly_caused(message, hit) and entry.code in _NUMB_CODES:
        return "plain_cause"
    if entry.code in _NUMB_CODES and emotional(message, hit):
        return "emotional"
    if entry.tier == "see_doctor":
        return _doctor_excuse(message, hit, entry, other=other)
    return None


_CHANGE_CODES = frozenset({"D3", "D7", "U4", "E11"})  # they tell of a past that goes on
_NUMB_CODES = frozenset({"E1", "E2", "U1", "U3", "U4", "D2", "U6", "E11"})


def _crisis_excuse(message: Message, hit: Hit) -> str | None:
    wish = any(set(hit.places) & set(w.places) for w in message.near(hit, "death_wish", 2))
    if not wish:
        for fear in message.near(hit, "death_fear", 1):
            if set(hit.places) & set(fear.places) and message.one_breath(fear):
                return "death_fear"
    if any(set(hit.places) & set(b.places) for b in message.near(hit, "bereaved", 2)):
        return "bereaved"
    if past(message, hit, "see_doctor") and message.has_near(hit, ["far_past"], 10):
        return "past_crisis"
    return None


def _doctor_excuse(message: Message, hit: Hit, entry: Entry, *, other: bool) -> str | None:
    if message.has_near(hit, ["ask_when"], 16) and not message.has_near(hit, ["own_report"], 12):
        return "asks_when"
    if entry.own and only_asked(message, hit):
        return "asked"
    if entry.variant != "mental" and diagnosed(message, hit):
        return "diagnosed"
    return None


def _quoted(message: Message, hit: Hit) -> bool:
    """A film, a song, a book (row 24), unless the person then speaks of themselves."""
    if any(message.one_breath(quote) for quote in message.near(hit, "film_quote", 14)):
        return True
    for film in message.near(hit, "film", 14):
        if not message.one_breath(film):
            continue
        first, last = sorted((film, hit), key=lambda h: h.start)
        between = range(first.end, max(last.end, first.end))
        after = range(first.start, last.end) if first is hit else between
        if not any(_selfish(message, i) for i in after if i not in film.places):
            return True
    return False


def _staged(message: Message, hit: Hit) -> bool:
    """Say whether a sign is acted, set in a puzzle or given to a character: nobody has it.

    Only plain cues count ("my detective", "on a dummy"), and none where the sign is told of now.
    """
    if message.has_near(hit, ["today", "at_once_strict"], 14):
        return False
    return any(message.one_breath(cue) for cue in message.near(hit, "staged", 14))


def _selfish(message: Message, place: int) -> bool:
    return not _reach("self_words").isdisjoint(message.forms(place))
