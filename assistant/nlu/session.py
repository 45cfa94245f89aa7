"""The part of a conversation that belongs to this sitting."""

from __future__ import annotations

from rasa.shared.core.events import BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.nlu.after_answer import Said, said_in_session


def session_events(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events since the session began."""
    events = list(tracker.events)
    starts = [i for i, e in enumerate(events) if isinstance(e, SessionStarted)]
    return events[starts[-1] :] if starts else events


def said_before(tracker: DialogueStateTracker) -> list[Said]:
    """Return what the bot has said in this session, oldest first."""
    replies = [e for e in session_events(tracker) if isinstance(e, BotUttered)]
    return said_in_session(reply.as_dict() for reply in replies)


def user_turn(tracker: DialogueStateTracker) -> int:
    """Return how many messages the person has sent in this session, the latest included."""
    return sum(isinstance(event, UserUttered) for event in session_events(tracker))


def replies_by_turn(session: list[Event]) -> list[list[str]]:
    """Return the response keys of each turn before the one now open, oldest first."""
    turns: list[list[str]] = []
    for event in session:
        if isinstance(event, UserUttered):
            turns.append([])
        elif isinstance(event, BotUttered) and turns:
            turns[-1].append(str(event.metadata.get("utter_action") or ""))
    return turns[:-1]


def began_before_session(moment: float, tracker: DialogueStateTracker) -> bool:
    """Return whether `moment` lies before this session: turn numbers of then mean nothing now."""
    starts = [e for e in tracker.events if isinstance(e, SessionStarted)]
    return bool(starts) and moment < (starts[-1].timestamp or 0.0)
