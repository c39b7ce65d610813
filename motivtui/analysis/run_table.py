"""The table of scores of a run, kept in memory and read on as the run goes on.

Only trials that have ended since the last look are read again. Where more has changed (a session began or ended,
failed trials were taken up again), the whole run is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from motivtui.stats.growing_table import open_counts, renewed, unread_trials
from motivtui.stats.table import TABLE_COLUMNS, ScoreTable, score_table
from motivtui.store.connection import Reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_growth import Marks, changed_since, data_version, growth_marks

MOST_READ_AGAIN = 20_000
"""If more trials than that have changed, reading the whole run is as quick."""
_TRIALS_A_QUERY = 500


class RunTable:
    """One run's table. `version` grows with each change of it. Make it with a reader that stays open."""

    def __init__(self, reader: Reader, run: str) -> None:
        """Reads the run. Raises DatabaseError."""
        self._reader, self.run = reader, run
        self.version = 0
        self._seen = data_version(reader)
        self._marks = growth_marks(reader, run)
        self._set(self._read_all())

    def refresh(self) -> None:
        """Read what has changed. Raises DatabaseError; then the table is as it was."""
        seen = data_version(self._reader)
        if seen == self._seen:
            return
        marks = growth_marks(self._reader, self.run)
        if marks != self._marks or self._unread:
            self._take(marks)
        self._seen, self._marks = seen, marks

    def _take(self, marks: Marks) -> None:
        newer = None
        if marks.era == self._marks.era and marks.last_response >= self._marks.last_response:
            changed = changed_since(self._reader, self.run, self._marks.last_response)
            ordinals = sorted({*changed, *self._unread})
            if not ordinals:
                return
            if len(ordinals) <= MOST_READ_AGAIN:
                newer = renewed(self.table, self._read(ordinals))
        self._set(self._read_all() if newer is None else newer)

    def _set(self, table: ScoreTable) -> None:
        self.table = table
        self.trials, self.ended = open_counts(table)
        self._unread = unread_trials(table)
        self.version += 1

    def _read_all(self) -> ScoreTable:
        return score_table(trial_rows(self._reader, self.run, columns=TABLE_COLUMNS))

    def _read(self, ordinals: Sequence[int]) -> ScoreTable:
        remaining = iter(ordinals)
        pieces = iter(lambda: list(islice(remaining, _TRIALS_A_QUERY)), [])
        return score_table(
            row
            for piece in pieces
            for row in trial_rows(self._reader, self.run, {"ordinal": piece}, columns=TABLE_COLUMNS)
        )
