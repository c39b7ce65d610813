"""Which trials are shown as streams: as many as fit, each until it has ended and could be read. Pure."""

from __future__ import annotations

from motivtui.tui.live_run import LiveRun, LiveTrial

LINGER_S = 2.0
"""An ended reply stays so long even if others wait for its place."""


class Panes:
    """The trial of each pane, by its ordinal; None: an empty pane."""

    def __init__(self, count: int = 1) -> None:
        """All empty."""
        self.shown: list[int | None] = [None] * count
        self._watched: frozenset[int] = frozenset()

    def resize(self, count: int) -> None:
        """Room for so many from now on."""
        self.shown = (self.shown + [None] * count)[:count]

    def clear(self) -> None:
        """Another run."""
        self.shown = [None] * len(self.shown)
        self._watched = frozenset()

    def assign(self, live: LiveRun) -> None:
        """Give free places to calls that run now, those first whose replies are told as they grow."""
        now = live.clock()
        waiting = [one for one in live.running() if one.ordinal not in self.shown]
        waiting.sort(key=lambda one: one.ordinal not in self._watched)
        if live.is_over:
            self._fill_with_ended(live)
        for place, ordinal in enumerate(self.shown):
            shown = None if ordinal is None else live.trials.get(ordinal)
            if waiting and (shown is None or _may_go(shown, now)):
                self.shown[place] = waiting.pop(0).ordinal
            elif shown is None:
                self.shown[place] = None

    def _fill_with_ended(self, live: LiveRun) -> None:
        """Nothing more is written: what was written last can be read."""
        readable = [one.ordinal for one in live.newest_first() if one.text and one.ordinal not in self.shown]
        for place, ordinal in enumerate(self.shown):
            shown = None if ordinal is None else live.trials.get(ordinal)
            if readable and (shown is None or not shown.text):
                self.shown[place] = readable.pop(0)

    def to_watch(self, live: LiveRun) -> frozenset[int]:
        """The trials to watch: those shown, and those about to begin.

        A call that begins unwatched may not be streamed at all.
        """
        shown = {
            one for one in self.shown if one is not None and one in live.trials and live.trials[one].ended_at is None
        }
        coming = range(live.last_begun + 1, live.last_begun + 1 + len(self.shown))
        self._watched = frozenset(shown.union(coming)) if not live.is_over else frozenset()
        return self._watched


def _may_go(trial: LiveTrial, now: float) -> bool:
    return trial.ended_at is not None and now - trial.ended_at >= LINGER_S
