"""The running means of one item: a line a manipulation with n, mean, its interval as a bar, the difference from none.

It is given the answer to `means` and draws it; it asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.stats_views.measures import Measure, chosen, label_of, measures_of, nearest, short_names
from motivtui.tui.terminal.boundary import content_line
from motivtui.tui.words import MISSING, signed

if TYPE_CHECKING:  # results are only drawn here: their modules belong to another process
    from motivtui.analysis.means import MeanRow
    from motivtui.stats.estimate import Estimate

_N, _MEAN, _DIFFERENCE, _SHORT_DIFFERENCE = 9, 5, 24, 9
_LEAST_NAME, _MOST_NAME, _LEAST_BAR, _MOST_BAR = 8, 20, 9, 40


class _Layout(NamedTuple):
    """Cells of each column; 0: it is not shown."""

    name: int
    bar: int
    difference: int


class _Axis(NamedTuple):
    low: float
    high: float
    reference: float | None


class MeansTable(VerticalScroll, can_focus=True):
    """`show` the rows of a look; `[` and `]` go to the item before and after."""

    TITLE = "The means"
    DEFAULT_CSS = """
    MeansTable {
        height: auto; min-height: 4; max-height: 12; padding: 0 1; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > Static { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
        &:focus { background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "another(-1)", "Item before", show=False),
        Binding("right_square_bracket", "another(1)", "Next item", show=False),
    ]

    class Changed(Message):
        """Another item is shown."""

        def __init__(self, table: MeansTable, measure: Measure) -> None:
            super().__init__()
            self.table, self.measure = table, measure

        @property
        def control(self) -> MeansTable:
            """The table."""
            return self.table

    def __init__(
        self,
        *,
        empty: str = "No score yet.",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`empty` is said while there is nothing to show."""
        super().__init__(id=id, classes=classes)
        self.measure: Measure | None = None
        """The item that is shown, or wanted."""
        self._empty = empty
        self._rows: tuple[MeanRow, ...] = ()
        self._note = ""
        self._lines = Static()

    def compose(self) -> ComposeResult:
        """The lines."""
        yield self._lines

    def show(self, rows: Sequence[MeanRow], note: str = "") -> None:
        """Show these results; `note` is said beside the item's name, such as how much of the run they are of."""
        self._rows, self._note = tuple(rows), note
        self._draw()

    def action_another(self, by: int) -> None:
        """The item before or after, around the ends."""
        measures = measures_of(self._rows)
        shown = nearest(measures, self.measure)
        if shown is not None:
            self.measure = measures[(measures.index(shown) + by) % len(measures)]
            self._draw()
            self.post_message(self.Changed(self, self.measure))

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self._draw()

    def on_resize(self) -> None:
        """Columns are laid out anew."""
        self._draw()

    def _draw(self) -> None:
        if self.is_mounted:
            width = max(20, self.size.width - self.scrollbar_size_vertical)
            self._lines.update(means_content(self._rows, self.measure, width, self._note, self._empty))


def means_content(
    rows: Sequence[MeanRow], wanted: Measure | None, width: int, note: str = "", empty: str = ""
) -> Content:
    """The lines for a width of `width` cells: the item, a head, a line a manipulation (under its model, if several)."""
    measures = measures_of(rows)
    measure = nearest(measures, wanted)
    if measure is None:
        return content_line(empty, width).stylize("$secondary")
    seen: list[MeanRow] = chosen(rows, measure, None)
    layout = _layout(seen, width)
    lines = [_title(measure, measures, note, width), _head(layout, _axis(seen))]
    models = short_names(one.model for one in seen)
    for model, name in models.items():
        own = [one for one in seen if one.model == model]
        if len(models) > 1:
            lines.append(content_line(name, width).stylize("$secondary"))
        axis = _axis(seen)._replace(reference=_control(own))
        lines += [_line(one, layout, axis) for one in own]
    return Content("\n").join(lines)


def _title(measure: Measure, measures: Sequence[Measure], note: str, width: int) -> Content:
    place = f" ({measures.index(measure) + 1} of {len(measures)}: [ ])" if len(measures) > 1 else ""
    words = label_of(measure, measures) + place
    title = content_line(words, width).stylize("bold")
    room = width - title.cell_length - 3
    if not note or room < _LEAST_NAME:
        return title
    return Content.assemble(title, "   ", content_line(note, room).stylize("$secondary"))


def _layout(rows: Sequence[MeanRow], width: int) -> _Layout:
    longest = max(Content(one.manipulation).cell_length for one in rows)
    name = max(_LEAST_NAME, min(_MOST_NAME, longest))
    left = width - name - _N - _MEAN - 2
    difference = next((cells for cells in (_DIFFERENCE, _SHORT_DIFFERENCE) if left > cells), 0)
    bar = left - (difference + 1 if difference else 0) - 1
    return _Layout(name, min(_MOST_BAR, bar) if bar >= _LEAST_BAR else 0, difference)


def _head(layout: _Layout, axis: _Axis) -> Content:
    bar = ""
    if layout.bar:
        low, high = (f"{one:.0f}".replace("-", "−") for one in (axis.low, axis.high))
        bar = f" {low}{' ' * (layout.bar - len(low) - len(high))}{high}"
    difference = ""
    if layout.difference:
        words = "from none [95 %]" if layout.difference == _DIFFERENCE else "from none"
        difference = f" {words:>{layout.difference}}"
    head = f"{'':<{layout.name}} {'n':>{_N}} {'mean':>{_MEAN}}{bar}{difference}"
    return Content.assemble((head, "$secondary"))


def _line(one: MeanRow, layout: _Layout, axis: _Axis) -> Content:
    name = content_line(one.manipulation, layout.name)
    mean = MISSING if one.mean.value is None else f"{one.mean.value:.1f}"
    parts: list[Content | tuple[str, str]] = [
        name,
        (" " * (layout.name - name.cell_length), ""),
        (f" {f'{one.n:,}/{one.total:,}':>{_N}}", "$secondary" if one.n < one.total else ""),
        (f" {mean:>{_MEAN}}", "bold"),
    ]
    if layout.bar:
        parts += [(" ", ""), *_bar(one.mean, axis, layout.bar)]
    if layout.difference:
        parts += [(" ", ""), _difference(one, layout.difference)]
    return Content.assemble(*parts)


def _difference(one: MeanRow, width: int) -> Content:
    """With its interval; where that has no room, a star says that it leaves out zero."""
    found = one.difference
    if found is None:
        text, look = MISSING, "$secondary"
    elif found.value is None:
        text, look = f"{MISSING} {found.reason}", "$secondary"
    elif found.low is None or found.high is None:
        text, look = f"{signed(found.value)} ({found.reason})", "$secondary"
    else:
        is_clear = not found.low <= 0 <= found.high
        text, look = f"{signed(found.value)}{'*' if is_clear else ' '}", "bold $accent" if is_clear else ""
        if width >= _DIFFERENCE:
            text = f"{signed(found.value):>6} [{signed(found.low):>6}, {signed(found.high):>6}]"
    shown = content_line(text, width)
    return Content.assemble((" " * (width - shown.cell_length), ""), shown.stylize(look) if look else shown)


def _bar(mean: Estimate, axis: _Axis, width: int) -> list[Content | tuple[str, str]]:
    """The interval as a line with its mean, and the control's mean as a dotted one; without a mean, why."""
    if mean.value is None:
        reason = content_line(mean.reason, width)
        return [reason.stylize("$secondary"), (" " * (width - reason.cell_length), "")]
    cells = [(" ", "")] * width
    if axis.reference is not None:
        cells[_place(axis.reference, axis, width)] = ("┊", "$secondary")
    if mean.low is not None and mean.high is not None:
        first, last = _place(mean.low, axis, width), _place(mean.high, axis, width)
        for place in range(first, last + 1):
            cells[place] = ("─", "$primary")
    cells[_place(mean.value, axis, width)] = ("●", "bold $primary")
    return list(cells)


def _place(value: float, axis: _Axis, width: int) -> int:
    share = (value - axis.low) / (axis.high - axis.low)
    return max(0, min(width - 1, round(share * (width - 1))))


def _axis(rows: Sequence[MeanRow]) -> _Axis:
    """As far as the intervals go, at least two points wide, so that all lines of the table can be compared."""
    ends = [end for one in rows for end in (one.mean.value, one.mean.low, one.mean.high) if end is not None]
    if not ends:
        return _Axis(0.0, 1.0, None)
    low, high = min(ends), max(ends)
    middle, half = (low + high) / 2, max(1.0, (high - low) / 2)
    return _Axis(middle - half, middle + half, None)


def _control(rows: Sequence[MeanRow]) -> float | None:
    return next((one.mean.value for one in rows if one.manipulation == CONTROL_ID), None)
