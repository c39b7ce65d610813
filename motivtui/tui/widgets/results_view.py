"""What a run shows so far: the mean of each manipulation, and its trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from motivtui.tui.live_run import LiveRun
from motivtui.tui.widgets.live_view import TrialsTable
from motivtui.tui.widgets.means_table import MeansTable

if TYPE_CHECKING:
    from motivtui.analysis.means import MeanRow


class ResultsView(Vertical):
    """Means above, trials below."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__()
        self._drawn: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """Means and trials."""
        yield MeansTable(id="means", empty="The mean of each manipulation appears here.")
        yield TrialsTable(id="trials")

    def show_run(self, live: LiveRun) -> None:
        """Draw the trials, if there is anything new."""
        if self._drawn != (live.run, live.version):
            self._drawn = live.run, live.version
            self.query_one(TrialsTable).show_run(live)

    def show_means(self, rows: Sequence[MeanRow], note: str) -> None:
        """Draw what the scores say so far."""
        self.query_one(MeansTable).show(rows, note)
