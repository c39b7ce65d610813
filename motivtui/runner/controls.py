"""What can be changed while a run goes on: pause, the number of calls at once, whose replies are watched, stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from motivtui.runner.stop import Stop


class Controls:
    """The handles of one run. Whoever carries the run out is told of each change (`listen`)."""

    def __init__(self, concurrency: int, stop: Stop | None = None, *, watches_all: bool = False) -> None:
        """`concurrency`: calls at once in a lane. `watches_all`: every reply is streamed and told."""
        self.stop = stop or Stop()
        self._concurrency = concurrency
        self._is_paused = False
        self._watches_all = watches_all
        self._watched: frozenset[int] = frozenset()
        self._requeues = 0
        self._tell: Callable[[], None] = lambda: None

    @property
    def concurrency(self) -> int:
        """Calls at once in a lane."""
        return self._concurrency

    @property
    def is_paused(self) -> bool:
        """Whether no call may begin for now."""
        return self._is_paused

    def listen(self, tell: Callable[[], None]) -> None:
        """Have `tell` called after each change from now on, a stop included."""
        self._tell = tell
        self.stop.listen(tell)

    def set_concurrency(self, calls: int) -> None:
        """From now on at most so many calls at once in a lane; those under way go on."""
        self._concurrency = max(1, calls)
        self._tell()

    def pause(self) -> None:
        """Begin no call until `go_on`; those under way go on."""
        self._is_paused = True
        self._tell()

    def go_on(self) -> None:
        """End the pause."""
        self._is_paused = False
        self._tell()

    def watch(self, ordinals: Iterable[int] | None) -> None:
        """Tell the growing replies of these trials only; None: of all."""
        self._watches_all = ordinals is None
        self._watched = frozenset(ordinals or ())
        self._tell()

    def watches(self, ordinal: int) -> bool:
        """Whether a trial's reply is watched."""
        return self._watches_all or ordinal in self._watched

    def requeue_failed(self) -> None:
        """Take the trials up again that have failed until now."""
        self._requeues += 1
        self._tell()

    def take_requeue(self) -> bool:
        """Whether a requeue was asked for since this was last called."""
        asked, self._requeues = self._requeues > 0, 0
        return asked
