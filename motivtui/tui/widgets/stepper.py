"""One of a few values, chosen with left and right or by a click: `repeats ‹ 2 ›`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from motivtui.visible_text import visible_line


class Stepper(Widget, can_focus=True):
    """`values`: (value, what is shown), in their order."""

    TITLE = "The choice"
    DEFAULT_CSS = """
    Stepper {
        height: 1; width: 1fr;
        &:focus { background: $primary 45%; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,minus", "step(-1)", "Less", show=False),
        Binding("right,l,plus,space,enter", "step(1)", "More", show=False),
    ]
    LABEL_CELLS = 16

    place: reactive[int] = reactive(0)

    class Changed(Message):
        """Another value."""

        def __init__(self, stepper: Stepper, value: Any) -> None:
            super().__init__()
            self.stepper, self.value = stepper, value

        @property
        def control(self) -> Stepper:
            """The stepper."""
            return self.stepper

    def __init__(
        self,
        label: str,
        values: Sequence[tuple[Any, str]],
        value: Any,
        *,
        id: str | None = None,
    ) -> None:
        """`value` is one of the values; if it is none of them, the first."""
        super().__init__(id=id)
        self._label, self._values = label, tuple(values)
        self.set_reactive(Stepper.place, self._place_of(value))

    @property
    def value(self) -> Any:
        """What is chosen."""
        return self._values[self.place][0]

    def set_values(self, values: Sequence[tuple[Any, str]]) -> None:
        """Other values; the chosen one stays if it is among them."""
        value, self._values = self.value, tuple(values)
        self.set_reactive(Stepper.place, self._place_of(value))
        self.refresh()

    def choose(self, value: Any) -> None:
        """Choose a value, without saying so."""
        self.set_reactive(Stepper.place, self._place_of(value))
        self.refresh()

    def render(self) -> Content:
        """Label and value between two arrows that can be clicked."""
        shown = visible_line(self._values[self.place][1], max(4, self.size.width - self.LABEL_CELLS - 5))
        return Content.assemble(
            (f"{self._label:<{self.LABEL_CELLS}}", "$text-muted"), ("‹ ", "$accent"), shown, (" ›", "$accent")
        )

    def action_step(self, by: int) -> None:
        """The next or the last value, round and round."""
        self.place = (self.place + by) % len(self._values)
        self.post_message(self.Changed(self, self.value))

    def on_click(self, event: events.Click) -> None:
        """Left of the value: back; on it and behind it: on."""
        self.action_step(-1 if self.LABEL_CELLS <= event.x < self.LABEL_CELLS + 2 else 1)

    def _place_of(self, value: Any) -> int:
        return next((place for place, (one, _) in enumerate(self._values) if one == value), 0)
