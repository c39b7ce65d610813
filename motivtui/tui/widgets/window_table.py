"""A table of any length: it draws the lines that are seen and asks for the rows behind them, page by page.

Owns cursor, scrolling and layout of columns. Knows nothing of where rows come from: it says which ones it lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from motivtui.tui.widgets.row_pages import PAGE, RowPages
from motivtui.tui.widgets.table_cells import Cell, Column, Row, Styled, column_at, fitted, header_line, laid_out
from motivtui.visible_text import visible_line

__all__ = ["PAGE", "Cell", "Column", "Row", "Styled", "WindowTable"]


class WindowTable(ScrollView, can_focus=True):
    """See the module. Rows are given whole (`show`) or as they are wanted (`expect`, then `fill`)."""

    TITLE = "The table"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"window-table--{name}" for name in ("header", "cursor", "dim", "bold", "accent", "good", "bad", "warn")
    }
    DEFAULT_CSS = """
    WindowTable {
        height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .window-table--header { color: $text-muted; text-style: bold; background: $panel; }
        & > .window-table--cursor { background: $primary 25%; }
        &:focus > .window-table--cursor { background: $primary 45%; text-style: bold; }
        & > .window-table--dim { color: $text-muted; }
        & > .window-table--bold { text-style: bold; }
        & > .window-table--accent { color: $accent; }
        & > .window-table--good { color: $success; }
        & > .window-table--bad { color: $error; }
        & > .window-table--warn { color: $warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("left,h", "column(-1)", "Cell to the left", show=False),
        Binding("right,l", "column(1)", "Cell to the right", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=True)
    cell_cursor: reactive[int] = reactive(0, repaint=True)
    """The place in its row of the cell that is copied; underlined while the table has the focus."""

    class Said(Message):
        """Something that this table says."""

        def __init__(self, table: WindowTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> WindowTable:
            """The table."""
            return self.table

    class Wanted(Said):
        """Rows from `offset` on, at most `limit`, are to be given by `fill`."""

        def __init__(self, table: WindowTable, offset: int, limit: int) -> None:
            super().__init__(table)
            self.offset, self.limit = offset, limit

    class Highlighted(Said):
        """The cursor is on another row. `key` None: that row is not here yet."""

        def __init__(self, table: WindowTable, index: int, key: object | None) -> None:
            super().__init__(table)
            self.index, self.key = index, key

    class Chosen(Highlighted):
        """The row is to be opened."""

    class HeaderClicked(Said):
        """A column's label was clicked."""

        def __init__(self, table: WindowTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        id: str | None = None,
        classes: str | None = None,
        empty: str = "",
    ) -> None:
        """`empty` is shown where there are no rows: it says what to do."""
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.empty = empty
        self.sorted_by: tuple[str, bool] | None = None
        """(column, ascending): marked in the header."""
        self._rows = RowPages()
        self._looked: tuple[object, ...] = ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._rows.count

    @property
    def cursor_key(self) -> object | None:
        """The key of the row under the cursor, if it is here."""
        row = self.row(self.cursor)
        return row.key if row else None

    @property
    def cell_text(self) -> str | None:
        """What stands in the cell under the cursor, if its row is here."""
        row = self.row(self.cursor)
        place = self._marked_place()
        if row is None or place >= len(row.cells):
            return None
        cell = row.cells[place]
        return cell.text if isinstance(cell, Styled) else cell

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows, all of them. The cursor stays on its row if that is still there, or at the top."""
        key = self.cursor_key if self.cursor else None
        before = [self.row(index) for index in self._seen_rows()] if self._look_now() == self._looked else []
        self._rows.give(rows)
        self.virtual_size = Size(1, self._rows.count + 1)
        self.cursor = self.validate_cursor(self.cursor)
        self._refresh_changed(before)
        if key is not None and self.cursor_key != key:
            found = next((index for index, row in enumerate(rows) if row.key == key), None)
            if found is not None:
                self.cursor = found

    def say_if_empty(self, text: str) -> None:
        """What stands where there are no rows."""
        if text != self.empty:
            self.empty = text
            self.refresh()

    def expect(self, count: int, *, keep: bool = False) -> None:
        """There are so many rows, to be asked for. `keep`: those that are here are still true."""
        self._rows.expect(count, keep=keep)
        self._resized()

    def fill(self, offset: int, rows: Sequence[Row]) -> None:
        """The rows that were wanted. Those of a list that is not shown any more are passed over."""
        if self._rows.fill(offset, rows):
            self.refresh()

    def refill(self) -> None:
        """Ask again for what is seen: rows may have changed. The old ones stay until then."""
        self._ask(self._rows.may_have_changed(self._seen_pages()))

    def row(self, index: int) -> Row | None:
        """A row, if it is here."""
        return self._rows.row(index)

    # Moving.

    def validate_cursor(self, cursor: int) -> int:
        """Within the table."""
        return max(0, min(cursor, self._rows.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Bring it into view and say so."""
        if old == new:
            return
        self._follow()
        self.post_message(self.Highlighted(self, new, self.cursor_key))

    def action_move(self, by: int) -> None:
        """The row above or below."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """A screenful."""
        self.cursor += by * max(1, self.size.height - 2)

    def action_first(self) -> None:
        """The first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """The last row."""
        self.cursor = self._rows.count - 1

    def action_column(self, by: int) -> None:
        """The cell beside, of those that are shown."""
        places = [place for place, _, _ in laid_out(self.columns, self.size.width)]
        here = places.index(self._marked_place()) if self._marked_place() in places else 0
        self.cell_cursor = places[max(0, min(here + by, len(places) - 1))]

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self._rows.count:
            self.post_message(self.Chosen(self, self.cursor, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """A row: the cursor goes there, a second click opens it. A label: the screen is told."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            key = column_at(laid_out(self.columns, self.size.width), offset.x)
            if key is not None:
                self.post_message(self.HeaderClicked(self, key))
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < self._rows.count:
            was_there = index == self.cursor
            self.cursor = index
            if was_there or event.chain > 1:
                self.action_choose()

    def on_resize(self) -> None:
        """Columns are laid out anew."""
        self._resized()

    def _follow(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def _resized(self) -> None:
        self.virtual_size = Size(1, self._rows.count + 1)
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def _look_now(self) -> tuple[object, ...]:
        """What all lines hang on, the header among them."""
        return self.columns, self.sorted_by, self.scroll_offset, self.size

    def _seen_rows(self) -> range:
        first = self.scroll_offset.y
        return range(first, first + max(1, self.size.height) - 1)

    def _refresh_changed(self, before: Sequence[Row | None]) -> None:
        """Draw anew the lines whose rows are not what they were: a table that is live changes in a few of them."""
        self._looked = self._look_now()
        if not self._rows.count or not any(before):
            self.refresh()
            return
        for y, (index, old) in enumerate(zip(self._seen_rows(), before, strict=True), start=1):
            if self.row(index) != old:
                self.refresh(Region(0, y, self.size.width, 1))

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        width = self.size.width
        layout = laid_out(self.columns, width)
        if y == 0:
            style = self.rich_style + self.get_component_rich_style("window-table--header")
            return header_line(layout, self.sorted_by, style).adjust_cell_length(width, style)
        index = self.scroll_offset.y + y - 1
        base = self.rich_style
        if self._rows.count == 0:
            text = visible_line(self.empty, max(1, width - 2)) if y == 1 else ""
            return Strip([Segment(f" {text}", base + self._look("dim"))]).adjust_cell_length(width, base)
        if index >= self._rows.count:
            return Strip.blank(width, base)
        row = self.row(index)
        if row is None:
            self._ask(self._rows.to_ask({index // PAGE}))
        if index == self.cursor:
            base += self.get_component_rich_style("window-table--cursor")
        return self._line(row, layout, base, is_marked=index == self.cursor and self.has_focus).adjust_cell_length(
            width, base
        )

    def _line(
        self, row: Row | None, layout: Sequence[tuple[int, Column, int]], base: Style, *, is_marked: bool
    ) -> Strip:
        if row is None:
            return Strip([Segment(" …", base + self._look("dim"))])
        segments = [Segment(" ", base)]
        for place, column, cells in layout:
            cell = row.cells[place] if place < len(row.cells) else ""
            text, look = cell if isinstance(cell, Styled) else (cell, "")
            style = base + self._look(look) if look else base
            if is_marked and place == self._marked_place():
                style += Style(underline=True)
            segments.append(Segment(fitted(text, cells, right=column.right), style))
            segments.append(Segment(" ", base))
        return Strip(segments)

    def _look(self, name: str) -> Style:
        """Only the foreground: the cursor's background stays."""
        style = self.get_component_rich_style(f"window-table--{name}")
        return Style(color=style.color, bold=style.bold)

    def _marked_place(self) -> int:
        """That of the cell cursor, or of the first column if that one is not shown."""
        shown = [(place, column) for place, column, _ in laid_out(self.columns, self.size.width)]
        if any(place == self.cell_cursor for place, _ in shown):
            return self.cell_cursor
        return shown[0][0] if shown else 0

    def _seen_pages(self) -> set[int]:
        first = self.scroll_offset.y
        last = min(self._rows.count, first + max(1, self.size.height)) - 1
        return set(range(first // PAGE, last // PAGE + 1)) if self._rows.count else set()

    def _ask(self, pages: Sequence[int]) -> None:
        for page in pages:
            self.post_message(self.Wanted(self, page * PAGE, PAGE))
