"""A study on the terminal: a progress line on stderr, or a plain line now and then where there is no terminal."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from motivtui.cli.output import narrate, stderr
from motivtui.runner import (
    Event,
    Held,
    LaneStopped,
    RetryPlanned,
    RunHalted,
    RunStarted,
    ScoresStored,
    TrialsRequeued,
    TrialsSkipped,
)
from motivtui.study.response import Outcome, Response
from motivtui.study.score import SCORED, Score
from motivtui.visible_text import visible_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PLAIN_EVERY_S = 5.0
_SHOWN = ("scored", "unscored", "executed", "failed", "skipped", "retries")


class RunScreen:
    """Counts what is stored and shows it."""

    is_watching = False

    def __init__(self) -> None:
        """Nothing has happened yet."""
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
            case ScoresStored(_, scores, response):
                self._counts[_kind(scores, response)] += 1
                self._advance(1)
            case TrialsSkipped(trials, _):
                self._counts["skipped"] += len(trials)
                self._advance(len(trials))
            case TrialsRequeued(count):
                self._open += count
                self._say(f"{count:,} failed trials are open again")
                if self._progress and self._bar is not None:
                    self._progress.update(self._bar, total=self._open)
            case RetryPlanned():
                self._counts["retries"] += 1
            case LaneStopped(lane, cause, message):
                self._say(f"{lane}: no more calls ({cause}: {message})")
            case Held(message):
                self._say(f"waiting: {message}" if message else "going on")
            case RunHalted(cause, message):
                self._say(f"no more calls ({cause}: {message})")
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

    def _advance(self, trials: int) -> None:
        self._counts["done"] += trials
        if self._progress and self._bar is not None:
            self._progress.update(self._bar, advance=trials, description=self._numbers())
            return
        now = time.monotonic()
        if now - self._told >= PLAIN_EVERY_S or self._counts["done"] == self._open:
            self._told = now
            narrate(f"{self._counts['done']:,}/{self._open:,}  {self._numbers()}")

    def _numbers(self) -> str:
        rate = self._counts["done"] / max(time.monotonic() - self._began, 0.001)
        named = [f"{self._counts[name]:,} {name}" for name in _SHOWN if self._counts[name]]
        return " · ".join([f"{rate:.1f} calls/s", *named])

    def _say(self, message: str) -> None:
        if self._progress:
            self._progress.console.print(visible_line(message), markup=False)
        else:
            narrate(visible_line(message))


def _kind(scores: tuple[Score, ...], response: Response) -> str:
    """What a finished trial counts as."""
    if response.outcome is not Outcome.COMPLETE:
        return "failed"
    if not scores:
        return "executed"
    return "scored" if all(score.status in SCORED for score in scores) else "unscored"
