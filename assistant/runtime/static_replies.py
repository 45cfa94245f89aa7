"""Fixed replies for a turn that failed: no model, no tracker, no network.

Read once at boot from domain.yml and the resource file, so that a later fault
of a disk or a store cannot take them away.

A static reply is not part of the stored conversation, so it sets no latch: writing
one would need the store that may just have failed. The next message is checked
afresh, and until then nothing was said that the latch would have held back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.nlu import payloads, phrasing
from assistant.runtime import quiet_logs
from assistant.safety.detector import detect
from assistant.safety.finding import reply_key
from assistant.safety.resources import placeholders

ROOT = Path(__file__).parents[2]
FAILED = "utter_turn_failed"
log = logging.getLogger(__name__)


class StaticReplies:
    """The words for a turn in which everything else went wrong."""

    def __init__(self, domain_file: Path = ROOT / "domain.yml") -> None:
        """Read the texts, and run the detector once so that its lists are in memory.

        Raises:
            KeyError: domain.yml lacks a text that must exist; better no start than silence later.
        """
        responses = yaml.safe_load(domain_file.read_text(encoding="utf-8"))["responses"]
        self._texts = {key: variants[0] for key, variants in responses.items() if variants}
        self._values: dict[str, Any] = placeholders(None)
        self._values["tripwire"] = self._line("utter_tripwire")
        self._help = self._message(FAILED)
        self.for_text("")

    @property
    def help_text(self) -> str:
        """The words for any failed turn, with the help block in them."""
        return str(self._help["text"])

    def for_text(self, text: str) -> dict[str, Any]:
        """Return the reply a message is owed: its tier's text, else the help block."""
        try:
            finding = detect(payloads.plain_words(text))
            if finding.tier is None:
                return dict(self._help)
            owed = [f"utter_{line}" for line in finding.append]
            return self._message(reply_key(finding), [k for k in owed if k in self._texts])
        except Exception as fault:  # the detector is what failed: say the help block
            log.error("static_reply_without_detector fault=%s", quiet_logs.describe(fault))
            return dict(self._help)

    def _message(self, key: str, owed: Sequence[str] = ()) -> dict[str, Any]:
        variant = self._texts[key]
        message: dict[str, Any] = {
            "text": phrasing.assemble(self._line(key), (), [self._line(k) for k in owed], ""),
            "metadata": {"utter_action": key, "static": True},
            "utter_action": key,
        }
        if variant.get("buttons"):
            message["buttons"] = [dict(button) for button in variant["buttons"]]
        return message

    def _line(self, key: str) -> str:
        return phrasing.fill(self._texts[key]["text"], self._values)
