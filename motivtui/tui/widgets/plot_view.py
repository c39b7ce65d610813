"""A plot in the terminal, drawn for the room that there is; what is taller scrolls. Maps drawings' styles to the theme.

Knows how figures are drawn (`plots.terminal`), not what they are of.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from motivtui.plots.drawing import HEAT_STEPS, Drawing
from motivtui.plots.figure import Figure, Histogram
from motivtui.plots.terminal import drawn
from motivtui.tui.terminal.boundary import content

LEAST_PANEL = 4
"""Lines of a histogram's panel below which scrolling is better than squeezing."""
LEAST_FRAME = 4
"""Lines beside the panels: title, axis, its numbers, note."""
LOOKS: dict[str, str] = {
    "title": "bold",
    "note": "$secondary",
    "axis": "$secondary",
    "dim": "$secondary",
    "mark": "bold $primary",
    "accent": "bold $accent",
    "series-1": "$primary",
    "series-2": "$accent",
    "series-3": "$success",
    "series-4": "$error",
    "series-5": "$foreground",
    "series-6": "$primary-lighten-2",
    "series-7": "$success-lighten-2",
    "series-8": "$error-lighten-2",
    "heat-zero": "$secondary",
    **{f"heat-low-{step}": f"on $error {15 * step}%" for step in range(1, HEAT_STEPS + 1)},
    **{f"heat-high-{step}": f"on $primary {15 * step}%" for step in range(1, HEAT_STEPS + 1)},
}
"""Styles that are not here are plain text. No colour says anything that a character does not say too."""


class PlotView(VerticalScroll, can_focus=True):
    """`show` a figure; in place of none, what to do about it."""

    TITLE = "The plot"
    DEFAULT_CSS = """
    PlotView {
        padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        overflow-x: hidden;
        & > Static { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
        & > Static.-empty { text-wrap: wrap; color: $secondary; padding: 1 2; }
        &:focus { background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """Nothing is drawn yet."""
        super().__init__(id=id, classes=classes)
        self.figure: Figure | None = None
        self._empty = ""
        self._drawn: tuple[Figure | None, str, int, int] | None = None

    def compose(self) -> ComposeResult:
        """The drawing."""
        yield Static()

    def show(self, figure: Figure | None, empty: str = "") -> None:
        """Draw it, if it is another one than before; None: say `empty`."""
        self.figure, self._empty = figure, empty
        self._draw()

    def on_resize(self) -> None:
        """Another size is another drawing."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.scrollable_content_region.size
        if width < 1 or height < 1 or not self.is_mounted:
            return
        state = (self.figure, self._empty, width, height)
        if state == self._drawn:
            return
        self._drawn = state
        body = self.query_one(Static)
        body.set_class(self.figure is None, "-empty")
        if self.figure is None:
            body.update(content(self._empty))
        else:
            body.update(content_of(self._drawing(self.figure, width, height)))

    def _drawing(self, figure: Figure, width: int, height: int) -> Drawing:
        if isinstance(figure, Histogram):
            least = LEAST_FRAME + LEAST_PANEL * len(figure.groups)
            return drawn(figure, width, height if height >= least else None, is_plain=self._is_plain)
        natural = drawn(figure, width, None, is_plain=self._is_plain)
        # Cut to the height it would say less, and rows are what a reader came for: it scrolls.
        return natural if natural.height > height else drawn(figure, width, height, is_plain=self._is_plain)

    @property
    def _is_plain(self) -> bool:
        return not self.app.console.encoding.lower().startswith("utf")

    def natural_height(self) -> int | None:
        """The lines that the figure takes at its best; None: as many as there are."""
        if self.figure is None or isinstance(self.figure, Histogram):
            return None
        return drawn(self.figure, max(1, self.scrollable_content_region.width), None, is_plain=self._is_plain).height


def content_of(drawing: Drawing) -> Content:
    """The drawing in the theme's colours. Its text was made harmless when it was drawn."""
    parts: list[str | tuple[str, str]] = []
    for number, line in enumerate(drawing.lines):
        if number:
            parts.append("\n")
        parts += [(span.text, LOOKS[span.style]) if span.style in LOOKS else span.text for span in line]
    return Content.assemble(*parts)
