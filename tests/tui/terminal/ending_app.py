"""A program for a pseudo-terminal: an app that ends in the way that its first argument names.

`bare` as the second argument runs it as Textual would, without the guard, to show what the guard is for.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from textual import work
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

from motivtui.errors import MaterialError, MotivError
from motivtui.tui.terminal.driver import GuardedDriver
from motivtui.tui.terminal.guard import run_guarded
from motivtui.tui.terminal.guarded_app import GuardedApp

HOW = sys.argv[1] if len(sys.argv) > 1 else ""
IS_BARE = "bare" in sys.argv


def fail() -> None:
    """With a key in the message and in a variable, as litellm's errors have it."""
    local = "value-of-a-variable " + os.environ.get("CANARY_API_KEY", "")
    raise ValueError(f"\x1b[2J\x1b]0;title\x07{os.environ.get('CANARY_API_KEY')}" + local[:0])


class _FailingDriver(GuardedDriver):
    def write(self, data: str) -> None:
        if "FAIL NOW" in data:
            fail()
        super().write(data)

    def _enable_bracketed_paste(self) -> None:
        if HOW == "driver start":
            fail()
        super()._enable_bracketed_paste()


class _Failing(Static):
    def render(self) -> Any:
        if HOW == "render":
            fail()
        return super().render()


Base: type[App[int]] = App if IS_BARE else GuardedApp


class EndingApp(Base):  # type: ignore[misc, valid-type]
    """Shows READY; F5 ends it as `HOW` says, unless it ended before."""

    CSS = "Static { height: 1; }" if HOW != "css" else "Static { height: ; nonsense"

    def __init__(self) -> None:
        super().__init__(**({"driver_class": _FailingDriver} if HOW.startswith("driver") else {}))

    def compose(self) -> ComposeResult:
        if HOW == "compose":
            fail()
        yield Static("…", id="state")
        yield Input()

    def on_mount(self) -> None:
        if HOW == "mount":
            fail()
        self.call_after_refresh(self.query_one("#state", Static).update, "READY")

    def key_f5(self) -> None:
        state = self.query_one("#state", Static)
        endings: dict[str, Callable[[], object]] = {
            "handler": fail,
            "worker": self.failing_worker,
            "thread": self.failing_thread,
            "callback": lambda: self.set_timer(0.001, fail),
            "render": lambda: self.mount(_Failing("x")),
            "driver": lambda: state.update("FAIL NOW"),
            "leave": lambda: sys.exit(7),
            "code": lambda: self.exit(return_code=9),
            "user error": self.fail_for_the_user,
            "blocked": self.block,
            "stuck thread": self.leave_behind_a_thread,
            "flood": lambda: self.set_interval(0.001, self.flood),
        }
        endings[HOW]()

    def fail_for_the_user(self) -> None:
        raise MaterialError("a file is off")

    def block(self) -> None:
        self.query_one("#state", Static).update("BLOCKED")
        self.call_after_refresh(time.sleep, 3600)

    def leave_behind_a_thread(self) -> None:
        self.run_worker(lambda: time.sleep(3600), thread=True)
        self.set_timer(0.1, lambda: self.exit(return_code=9))

    @work
    async def failing_worker(self) -> None:
        fail()

    @work(thread=True)
    def failing_thread(self) -> None:
        fail()

    def flood(self) -> None:
        self.styles.background = "red" if self.styles.background.hex == "#0000FF" else "blue"
        self.query_one("#state", Static).update(str(time.monotonic_ns()))


def main() -> int:
    """The exit code, as the command line would have it."""
    if HOW == "deaf":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if IS_BARE:
        app = EndingApp()
        app.run()
        return int(app.return_code or 0)
    try:
        code = run_guarded(EndingApp)
        if HOW in {"gone", "deaf"}:
            # As a command line may: on a terminal that is gone, Python could not flush it at its end.
            sys.stderr.write("bye")
        return code
    except MotivError as error:
        sys.stderr.write(f"{error.title}: {error.message}\n")
        return 77


if __name__ == "__main__":
    sys.exit(main())
