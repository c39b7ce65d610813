"""The protocol with the analysis process: one JSON line a question, one a look back at it. Pure.

A question is answered by a look or a problem, in the order in which they came; a cancelled one maybe by none.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from motivtui.stats.preset import Preset
from motivtui.wire.problems import Problem

Result = TypeVar("Result")


class Ask(Struct, frozen=True, kw_only=True, tag="ask"):
    """A view of a run (`latest`, its id or the beginning of it), by the rules of a preset."""

    id: int
    run: str
    view: str
    preset: Preset = Preset.ROBUST


class Cancel(Struct, frozen=True, kw_only=True, tag="cancel"):
    """Nobody waits for the answer any more."""

    id: int


Question = Ask | Cancel


class Failed(Struct, frozen=True, kw_only=True):
    """Why there is no look."""

    id: int | None
    error: Problem


class Look(Struct, Generic[Result], frozen=True, kw_only=True):
    """The results of a view, and of how much of the run: `ended` of `trials`, as of `version`, which grows with it.

    `seconds`: how long the process took, reading and computing. `lacking`: what the run has not that the view needs.
    """

    id: int
    run: str
    name: str
    version: int
    trials: int
    ended: int
    seconds: float
    results: tuple[Result, ...]
    lacking: str = ""

    @property
    def is_interim(self) -> bool:
        """Whether trials are still open."""
        return self.ended < self.trials
