"""Replies side by side, each in its own place: as many as fit, the others on further pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Grid

from motivtui.tui.live_run import LiveTrial
from motivtui.tui.probe_cells import Cell
from motivtui.tui.widgets.stream_pane import StreamPane

LEAST_WIDTH, LEAST_HEIGHT = 38, 10
MOST_COLUMNS, MOST_ROWS = 3, 2
MOST_PANES = MOST_COLUMNS * MOST_ROWS


class CellPane(StreamPane):
    """The pane of one cell: what is planned before it begins, and why it failed if it did."""

    def show_cell(self, title: str, trial: LiveTrial | None, note: str, advice: str) -> None:
        """Draw the cell. `note`: why there is no trial (yet); `advice`: what to do if it failed."""
        if trial is None:
            self.show(None)
            self.put_titles(f"· {title}", note)
        else:
            self.show(trial, title, f"{trial.error or trial.outcome}\n\n{advice}" if advice else "")


class PaneWall(Grid):
    """Cells in their order; `show` says what stands in each of them."""

    DEFAULT_CSS = """
    PaneWall { height: 1fr; grid-size: 2 1; grid-gutter: 0; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        """Without cells yet."""
        super().__init__(id=id)
        self.cells: tuple[Cell, ...] = ()
        self.page = 0
        self._rooms = (1, 1)

    def compose(self) -> ComposeResult:
        """As many panes as there ever are."""
        for number in range(MOST_PANES):
            yield CellPane(id=f"cell-{number}")

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-len(self.cells) // self.room))

    @property
    def room(self) -> int:
        """How many panes fit."""
        return self._rooms[0] * self._rooms[1]

    @property
    def shown(self) -> tuple[Cell, ...]:
        """The cells of the page."""
        return self.cells[self.page * self.room : (self.page + 1) * self.room]

    def put(self, cells: Sequence[Cell]) -> None:
        """Other cells, from the first page on."""
        self.cells, self.page = tuple(cells), 0
        self._lay_out()

    def turn(self, by: int) -> None:
        """Another page."""
        self.page = max(0, min(self.page + by, self.pages - 1))
        self._lay_out()

    def follow(self, running: Sequence[int]) -> None:
        """Turn to a page where something is being written, if on this one nothing is."""
        places = [place for place, cell in enumerate(self.cells) if cell.ordinal in running]
        if places and all(place // self.room != self.page for place in places):
            self.turn(places[0] // self.room - self.page)

    def show(self, trial_of: Callable[[Cell], tuple[LiveTrial | None, str, str]]) -> None:
        """Draw what is new: of each cell its trial, else why there is none, and advice if it failed."""
        panes = list(self.query(CellPane))
        for pane, cell in zip(panes, self.shown, strict=False):
            pane.show_cell(self._title(cell), *trial_of(cell))

    def on_resize(self) -> None:
        """As many as fit now."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Rows are decided by the screen: the table below must not make panes jump."""
        columns = max(1, min(MOST_COLUMNS, self.size.width // LEAST_WIDTH))
        rows = MOST_ROWS if self.screen.size.height >= 36 else 1
        first = self.page * self.room
        count = len(self.cells)
        rows = min(rows, max(1, -(-count // columns)))
        columns = min(columns, max(1, -(-count // rows)))
        self._rooms = columns, rows
        self.page = min(first // self.room, self.pages - 1)
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, rows
        shown = len(self.shown)
        for number, pane in enumerate(self.query(CellPane)):
            pane.display = number < shown

    def _title(self, cell: Cell) -> str:
        """Condition and model; instrument and repeat where there are several."""
        parts = [cell.manipulation, cell.model.rpartition("/")[2]]
        if len({one.instrument for one in self.cells}) > 1:
            parts.append(cell.instrument)
        if any(one.repeat > 1 for one in self.cells):
            parts.append(f"repeat {cell.repeat}")
        return " · ".join(parts)
