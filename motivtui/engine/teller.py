"""The news of all runs on their way out: at once what changes a state, text and progress when there is room for them.

A reader that is behind gets less, never later: nothing but a count grows in here, and no run waits.
"""

from __future__ import annotations

import asyncio
from math import inf, isfinite

from motivtui.engine import events as told
from motivtui.engine.answers import Answer
from motivtui.engine.news import RunNews
from motivtui.engine.outlet import Outlet
from motivtui.engine.tally import Clock
from motivtui.runner import Event
from motivtui.wire.encoding import line_of


class Teller:
    """Tells. Used in one event loop; `pump` runs beside everything else."""

    def __init__(self, outlet: Outlet, clock: Clock) -> None:
        """Take the way out; nobody has news yet."""
        self._outlet, self._clock = outlet, clock
        self._all: dict[str, RunNews] = {}
        self._wake = asyncio.Event()
        self._asleep_until = 0.0

    def add(self, news: RunNews) -> None:
        """A run that will have news."""
        self._all[news.run] = news

    def end(self, news: RunNews, last: told.RunEnded | told.RunFailed) -> None:
        """A run's last event: it always leaves."""
        self._all.pop(news.run, None)
        self._tell_of_missed(news)
        self._outlet.put(line_of(last))

    def heard(self, news: RunNews, event: Event) -> None:
        """The runner told something that is not the end."""
        at_once = news.take(event)
        if at_once is not None:
            if self._outlet.has_room:
                self._tell_of_missed(news)
                self._outlet.put(line_of(at_once))
            else:
                news.missed += 1
        self.look_at(news)

    def look_at(self, news: RunNews) -> None:
        """There may be something due earlier than was thought."""
        moment = news.next_at()
        if moment is not None and moment < self._asleep_until:
            self.wake()

    def wake(self) -> None:
        """There is room again, or something is due."""
        self._wake.set()

    def answer(self, answer: Answer) -> None:
        """Answers always leave: as long as they do not, no other command is read (`is_behind`)."""
        self._outlet.put(line_of(answer))

    def announce(self, event: told.EngineEvent) -> None:
        """Tell something about the engine itself, if there is room."""
        if self._outlet.has_room:
            self._outlet.put(line_of(event))

    @property
    def is_behind(self) -> bool:
        """Whether the reader does not keep up."""
        return not self._outlet.has_room

    async def pump(self) -> None:
        """Tell what is due whenever it is, for ever."""
        while True:
            self._wake.clear()
            if self._outlet.has_room:
                for news in list(self._all.values()):
                    self._flush(news)
            await self._sleep()

    def _flush(self, news: RunNews) -> None:
        self._tell_of_missed(news)
        for event in news.due():
            self._outlet.put(line_of(event))
            if not self._outlet.has_room:
                break

    def _tell_of_missed(self, news: RunNews) -> None:
        if news.missed:
            count, news.missed = news.missed, 0
            self._outlet.put(line_of(told.Missed(run=news.run, count=count)))

    async def _sleep(self) -> None:
        """Until something is due; a reader that is behind wakes us when it is not any more."""
        moments = [moment for news in self._all.values() if (moment := news.next_at()) is not None]
        self._asleep_until = min(moments, default=inf) if self._outlet.has_room else -inf
        is_dated = isfinite(self._asleep_until)
        try:
            async with asyncio.timeout(max(0.0, self._asleep_until - self._clock()) if is_dated else None):
                await self._wake.wait()
        except TimeoutError:
            pass
