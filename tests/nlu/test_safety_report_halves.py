"""The two halves of the safety check as `make safety-report` asks them, with Rasa's message type."""

from __future__ import annotations

from assistant.authoring import safety_report
from assistant.authoring.scoring import Case, Heard

CASE = Case("my left arm suddenly went numb", "emergency")


def test_the_rules_alone_know_no_classifier() -> None:
    """Whatever the probabilities."""
    found = safety_report.rules_alone(CASE, Heard("x", probabilities={"crisis": 1.0}))
    assert (found.tier, found.code) == ("emergency", "E2")


def test_the_classifier_alone_knows_no_rules() -> None:
    """At the thresholds in use; a plain meaning beside it asks for more."""
    decide = safety_report.classifier_alone()
    assert decide(CASE, Heard("x", probabilities={"faq/sleep": 0.9})).tier is None
    assert decide(CASE, Heard("x", probabilities={"emergency": 0.9})).tier == "emergency"
    least = safety_report.in_use()["emergency"]
    assert decide(CASE, Heard("x", probabilities={"emergency": least})).tier == "emergency"
    unsure = {"emergency": least, "faq/sleep": 0.99}
    assert decide(CASE, Heard("x", probabilities=unsure)).tier is None
