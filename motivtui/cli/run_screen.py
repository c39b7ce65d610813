"""A study on the terminal: a progress line on stderr, or a plain line now and then where there is no terminal."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from motivtui.cli.output import narrate, stderr
from motivtui.runner import Event, LaneStopped, RetryPlanned, RunStarted, ScoresStored
from motivtui.study.score import SCORED
from motivtui.visible_text import visible_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PLAIN_EVERY_S = 5.0


class RunScreen:
    """Counts what is stored and shows it."""

    def __init__(self, *, is_watching: bool) -> None:
        """`is_watching`: whether calls are streamed."""
        self.is_watching = is_watching
        self._counts: Counter[str] = Counter()
        self._open = 0
        self._began = time.monotonic()
        self._told = self._began
        self._progress: Progress | None = None
        self._bar: TaskID | None = None

    def __enter__(self) -> RunScreen:
        """Begin to show."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Leave the last state of the line behind."""
        if self._progress:
            self._progress.stop()

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted(_, total, open_trials):
                self._begin(total, open_trials)
            case ScoresStored(_, scores, _):
                self._counts["done"] += 1
                is_scored = all(score.status in SCORED for score in scores)
                self._counts["scored" if is_scored else "unscored"] += 1
                self._advance()
            case RetryPlanned():
                self._counts["retries"] += 1
            case LaneStopped(lane, error):
                self._say(f"{lane}: no more calls ({error.kind}: {error.message})")
            case _:
                pass

    def _begin(self, total: int, open_trials: int) -> None:
        self._open = open_trials
        self._began = self._told = time.monotonic()
        if open_trials < total:
            self._say(f"{total - open_trials:,} of {total:,} trials are done already")
        console = stderr()
        if console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
            self._progress = Progress(*columns, console=console)
            self._bar = self._progress.add_task("", total=open_trials)
            self._progress.start()

    def _advance(self) -> None:
        if self._progress and self._bar is not None:
            self._progress.update(self._bar, advance=1, description=self._numbers())
            return
        now = time.monotonic()
        if now - self._told >= PLAIN_EVERY_S or self._counts["done"] == self._open:
            self._told = now
            narrate(f"{self._counts['done']:,}/{self._open:,}  {self._numbers()}")

    def _numbers(self) -> str:
        rate = self._counts["done"] / max(time.monotonic() - self._began, 0.001)
        named = [f"{self._counts[name]:,} {name}" for name in ("scored", "unscored", "retries") if self._counts[name]]
        return " · ".join([f"{rate:.1f} calls/s", *named])

    def _say(self, message: str) -> None:
        if self._progress:
            self._progress.console.print(visible_line(message), markup=False)
        else:
            narrate(visible_line(message))
