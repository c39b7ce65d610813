"""The probe that is shown: its cells, and for each what is known, from the running run or from the database. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from motivtui.engine import events as told
from motivtui.tui.live_run import LiveRun, LiveState, LiveTrial
from motivtui.tui.probe_advice import advice
from motivtui.tui.probe_cells import Cell, Choices
from motivtui.tui.probe_history import Earlier


@dataclass(slots=True)
class ShownProbe:
    """`live`: the run as it goes on, None: it is over long ago. `stored`: it as it was read from the database.

    `is_stale`: it went on since it was read.
    """

    run: str
    task: str
    choices: Choices
    cells: tuple[Cell, ...]
    live: LiveRun | None = None
    stored: Earlier | None = None
    is_stale: bool = False
    error_kinds: dict[int, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether more will come."""
        return self.live is not None and not self.live.is_over

    @property
    def is_to_be_read(self) -> bool:
        """Whether it is over and the database was not asked since: events are for the eyes, that is the truth."""
        return self.live is not None and not self.is_running and self.is_stale

    def hear(self, event: told.Response) -> None:
        """Keep what kind of error it was: the trial itself keeps the message only."""
        if event.error is not None:
            self.error_kinds[event.ordinal] = event.error.kind

    def trial(self, cell: Cell) -> LiveTrial | None:
        """The trial of a cell, once it has begun."""
        heard = self.live.trials.get(cell.ordinal) if self.live is not None else None
        if heard is not None and self.is_stale:
            return heard
        seen = self.stored.seen.get(cell.ordinal) if self.stored is not None else None
        return seen.trial if seen is not None else heard

    def note(self, cell: Cell) -> str:
        """Why a cell has no trial."""
        if self.is_running:
            return "waits for its turn"
        note = self.stored.notes.get(cell.ordinal) if self.stored else None
        return note or "not carried out"

    def read(self, stored: Earlier) -> None:
        """Take what the database has from now on."""
        self.stored, self.is_stale = stored, False

    def begun_again(self, live: LiveRun) -> ShownProbe:
        """The same, going on: what is complete stays, all else is open again."""
        stored = self.stored
        if stored is not None:
            complete = {key: one for key, one in stored.seen.items() if one.trial.state is LiveState.COMPLETE}
            stored = replace(stored, seen=complete, notes={})
        return ShownProbe(self.run, self.task, self.choices, self.cells, live, stored, is_stale=True)

    def advice(self, cell: Cell) -> str:
        """What to do about a cell that failed; empty: it did not."""
        trial = self.trial(cell)
        if trial is None or trial.state is not LiveState.FAILED:
            return ""
        seen = self.stored.seen.get(cell.ordinal) if self.stored and not self.is_stale else None
        return advice(seen.error_kind if seen else self.error_kinds.get(cell.ordinal))

    def ended(self) -> list[LiveTrial]:
        """The trials that have ended, well or not."""
        found = [self.trial(cell) for cell in self.cells]
        return [one for one in found if one is not None and one.ended_at is not None]

    @property
    def is_unfinished(self) -> bool:
        """Whether it is over with something left that could be tried again."""
        complete = sum(one.state is LiveState.COMPLETE for one in self.ended())
        return not self.is_running and complete < len(self.cells)
