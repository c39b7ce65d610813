"""What a run shows so far: the mean of each manipulation, and its trials."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from motivtui.tui.live_run import LiveRun
from motivtui.tui.widgets.live_view import TrialsTable


class ResultsView(Vertical):
    """Means above, trials below."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__()
        self._drawn: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """Means and trials."""
        yield TrialsTable(id="trials")

    def show_run(self, live: LiveRun) -> None:
        """Draw the trials, if there is anything new."""
        if self._drawn != (live.run, live.version):
            self._drawn = live.run, live.version
            self.query_one(TrialsTable).show_run(live)

    async def look(self, app, run: str) -> None:
        pass
