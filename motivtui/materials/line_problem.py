"""What is wrong with a file that came from elsewhere, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LineProblem:
    """`line` counts from 1 (0: unknown); `column` is a column's name, an element like `[12]`, or "" for the file."""

    path: Path
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        """`FILE:LINE: COLUMN: reason`, the parts that are known."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"
