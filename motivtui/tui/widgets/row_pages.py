"""The rows of a table that are here, page by page, and which pages are still to be asked for. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from motivtui.tui.widgets.table_cells import Row

PAGE = 100
KEPT_PAGES = 24


class RowPages:
    """`count` rows in all. Given whole, nothing is ever asked for."""

    def __init__(self) -> None:
        """No rows."""
        self.count = 0
        self._is_whole = True
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._short: set[int] = set()
        """Pages that came with fewer rows than were wanted: asked for again only when rows may have changed."""

    def give(self, rows: Sequence[Row]) -> None:
        """All rows."""
        self.count, self._is_whole = len(rows), True
        pages = range(-(-len(rows) // PAGE))
        self._pages = OrderedDict({page: rows[page * PAGE : (page + 1) * PAGE] for page in pages})

    def expect(self, count: int, *, keep: bool) -> None:
        """So many rows, to be asked for. `keep`: those that are here are still true."""
        self.count, self._is_whole = count, False
        self._asked.clear()
        self._short.clear()
        if not keep:
            self._pages.clear()

    def fill(self, offset: int, rows: Sequence[Row]) -> bool:
        """Rows that were asked for. Returns whether they were taken: a list that is not shown any more has none."""
        if self._is_whole or offset >= self.count:
            return False
        page = offset // PAGE
        self._asked.discard(page)
        self._short.discard(page)
        if len(rows) < min(PAGE, self.count - offset):
            self._short.add(page)
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        return True

    def to_ask(self, pages: set[int]) -> list[int]:
        """Those of the pages that are not on their way; they are from now on."""
        if self._is_whole:
            return []
        found = sorted(pages - self._asked - self._short)
        self._asked.update(found)
        return found

    def may_have_changed(self, seen: set[int]) -> list[int]:
        """Forget all pages but those that are seen. Returns those, to be asked for again."""
        if self._is_whole:
            return []
        self._short.clear()
        for page in [one for one in self._pages if one not in seen]:
            del self._pages[page]
        return self.to_ask(seen)

    def row(self, index: int) -> Row | None:
        """A row, if it is here."""
        rows = self._pages.get(index // PAGE, ())
        place = index % PAGE
        return rows[place] if 0 <= index < self.count and place < len(rows) else None
