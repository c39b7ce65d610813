"""What lies over a screen. What it lies over is drawn once, dimmed, and not again each time the dialog draws itself.

Textual's own way is to draw the whole screen below, through Rich, with each of the four paints that opening one takes.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.strip import Strip

T = TypeVar("T")


class Modal(ModalScreen[T]):
    """See the module. Everything that lies over a room is one."""

    _backdrop: tuple[Size, list[Strip]] | None = None

    def render_line(self, y: int) -> Strip:
        """A line of what is below."""
        if self._backdrop is None or self._backdrop[0] != self.size:
            self._backdrop = self.size, self._dimmed()
        lines = self._backdrop[1]
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.rich_style)

    def refresh(self, *regions: Region, **how: Any) -> Self:
        """With regions: Textual tells that there something has changed below."""
        if regions:
            self._backdrop = None
        return super().refresh(*regions, **how)

    def notify_style_update(self) -> None:
        """Another theme."""
        self._backdrop = None
        super().notify_style_update()

    def _dimmed(self) -> list[Strip]:
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        if place == 0:
            return []
        color = self.styles.background
        looks: dict[Style | None, Style | None] = {}

        def dimmed(segment: Segment) -> Segment:
            look = segment.style
            if look not in looks:
                looks[look] = next(iter(BackgroundScreen.process_segments([segment], color))).style
            return Segment(segment.text, looks[look])

        below = stack[place - 1]._compositor.render_strips(self.size)  # noqa: SLF001 - as Textual does it
        return [Strip([dimmed(one) for one in line], line.cell_length) for line in below]
