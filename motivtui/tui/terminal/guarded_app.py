"""The app that every console is: with the boundary under all its widgets and no way to print a crash itself.

Knows nothing of what the console shows. `guard.run_guarded` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.worker import WorkerFailed

from motivtui.tui.terminal.boundary import Boundary
from motivtui.tui.terminal.driver import GuardedDriver
from motivtui.tui.terminal.laid_out import laid_out
from motivtui.visible_text import visible, visible_line

ReturnType = TypeVar("ReturnType")

_MOST_TOAST_CHARS = 600


class GuardedApp(App[ReturnType]):
    """Subclass it in place of `App`."""

    crash: BaseException | None = None
    """The first error that nobody handled, if the app ended by one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._boundary = Boundary()

    def get_driver_class(self) -> type[Driver]:
        """The one that looks at every write."""
        return GuardedDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, then the boundary: nothing comes after it."""
        return [*super().get_line_filters(), self._boundary]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """As Textual's, but nothing is markup unless it is said to be, and a long message is cut."""
        if not markup:
            message = laid_out(message, most_chars=_MOST_TOAST_CHARS).text
        super().notify(message, title=visible_line(title, 80), severity=severity, timeout=timeout, markup=markup)

    def copy_to_clipboard(self, text: str) -> None:
        """As Textual's; text that no terminal can take is made visible first."""
        super().copy_to_clipboard(visible(text))

    def _handle_exception(self, error: Exception) -> None:
        """End the app. Textual would render a traceback with the values of all variables, keys among them."""
        self._return_code = 1
        if self.crash is None:
            # A worker's own error says more than that the worker failed.
            self.crash = error.error if isinstance(error, WorkerFailed) else error
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Of Textual's ways to print a crash none is left."""
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:  # noqa: ARG002 - Textual's signature
        """See `_fatal_error`."""
        self._return_code = 1
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Nothing is printed behind the app's back."""
        self._exit_renderables.clear()
