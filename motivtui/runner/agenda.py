"""What there is to do and what may be done now: trials that are ready, that wait for a moment, or for their execution.

Pure bookkeeping of one run: no clock, no I/O. Every trial is in exactly one place until it is finished or skipped.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from motivtui.store.queries import OpenTrial


@dataclass(slots=True)
class Work:
    """An open trial and what was tried of it in this session. `failures` counts only attempts that use up a retry."""

    open: OpenTrial
    lane: str
    attempts_made: int = 0
    failures: int = 0

    @property
    def attempt(self) -> int:
        """The number of the attempt to come, or of the one under way."""
        return self.open.next_attempt + self.attempts_made


class Agenda:
    """The open trials of a run by lane, in the order of the plan."""

    def __init__(self, lane_of: Callable[[OpenTrial], str]) -> None:
        """Nothing to do yet."""
        self._lane_of = lane_of
        self._ready: dict[str, list[tuple[int, Work]]] = {}
        self._later: dict[str, list[tuple[float, int, Work]]] = {}
        self._waiting: dict[int, list[Work]] = {}
        self._rounds: dict[int, int] = {}  # of every trial that is here
        self._again: dict[int, OpenTrial] = {}
        self._left: Counter[str] = Counter()

    @property
    def lanes(self) -> list[str]:
        """Every lane that ever had work."""
        return list(self._ready)

    def left_in(self, lane: str) -> int:
        """How many trials of a lane are neither finished nor skipped, whatever they wait for."""
        return self._left[lane]

    def within_reach(self, lane: str) -> int:
        """How many trials of a lane are ready or wait for a moment."""
        return len(self._ready.get(lane, ())) + len(self._later.get(lane, ()))

    def add(self, trials: Iterable[OpenTrial]) -> list[Work]:
        """Take in trials that are not here yet. Those that go on from a trial that is here wait for it.

        A trial of a later round than the one that is here was taken up again while the end of that one was on its way
        from the disk: it has its turn when the end is heard of.
        """
        given = list(trials)
        self._again.update({one.id: one for one in given if one.round > self._rounds.get(one.id, one.round)})
        new = [Work(one, self._lane_of(one)) for one in given if one.id not in self._rounds]
        self._rounds.update({work.open.id: work.open.round for work in new})
        self._left.update(work.lane for work in new)
        for work in new:
            self._ready.setdefault(work.lane, [])
            self._later.setdefault(work.lane, [])
            execution = work.open.execution
            if execution in self._rounds:
                self._waiting.setdefault(execution, []).append(work)
            else:
                self._push(work)
        return new

    def take(self, lane: str, now: float) -> Work | None:
        """The next trial of a lane that may be done at `now`."""
        later = self._later[lane]
        while later and later[0][0] <= now:
            self._push(heapq.heappop(later)[2])
        ready = self._ready[lane]
        return heapq.heappop(ready)[1] if ready else None

    def put_back(self, work: Work, due: float = float("-inf")) -> None:
        """A trial that was taken is to be done, not before `due`."""
        heapq.heappush(self._later[work.lane], (due, work.open.trial.ordinal, work))

    def next_due(self, lane: str) -> float | None:
        """When the next trial that waits for a moment may be done; None: none waits."""
        later = self._later[lane]
        return later[0][0] if later else None

    def finish(self, work: Work, *, may_continue: bool) -> list[Work]:
        """A trial has its final result. What goes on from it becomes ready, or is skipped: then it is returned."""
        self._leave([work])
        again = self._again.pop(work.open.id, None)
        if again is not None:  # and what goes on from it waits for the next round
            self.add([again])
            return []
        after = self._waiting.pop(work.open.id, [])
        if may_continue:
            for one in after:
                self._push(one)
            return []
        self._leave(after)
        return after

    def _leave(self, done: Iterable[Work]) -> None:
        for work in done:
            del self._rounds[work.open.id]
            self._left[work.lane] -= 1

    def _push(self, work: Work) -> None:
        heapq.heappush(self._ready[work.lane], (work.open.trial.ordinal, work))
