"""Pages that a command makes out of the content: written, or compared with what stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Made:
    """A page below the project's folder and the command that makes it."""

    path: str
    command: str

    @property
    def old(self) -> str:
        """What is wrong with a page that no longer shows the content, and what to do."""
        return f"out of date. Run {self.command}."

    def shows(self, root: Path, text: str) -> bool:
        """Return whether the page stands as `text`."""
        path = root / self.path
        return path.is_file() and path.read_text(encoding="utf-8") == text

    def check(self, root: Path, text: str) -> int:
        """Return 0 where the page stands as `text`, else say that it is old and return 1."""
        if self.shows(root, text):
            return 0
        print(f"{self.path}: {self.old}")
        return 1

    def write(self, root: Path, text: str, count: str) -> int:
        """Write the page, say how much is on it, and return 0."""
        (root / self.path).write_text(text, encoding="utf-8")
        print(f"{self.path}: {count}.")
        return 0
