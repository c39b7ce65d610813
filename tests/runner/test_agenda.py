"""The agenda as a state machine: whatever is done with it in whatever order, no trial is lost, doubled or too early."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule

from motivtui.runner.agenda import Agenda, Work
from motivtui.store.queries import OpenTrial
from motivtui.study.trial import Trial

LANES = ("a", "b")


def open_trial(row: int, lane: str, execution: int | None = None) -> OpenTrial:
    trial = Trial(row, f"key {row}", lane, "t", "none", 1, "i", 1, 1, (), {})
    return OpenTrial(row, trial, 1, execution=execution)


def lane_of(one: OpenTrial) -> str:
    return one.trial.model


class AgendaMachine(RuleBasedStateMachine):
    """Adds chains, takes, puts back and finishes trials, beside a model that only counts."""

    taken = Bundle("taken")

    def __init__(self) -> None:
        super().__init__()
        self.agenda = Agenda(lane_of)
        self.now = 0.0
        self.rows = 0
        self.known: dict[int, OpenTrial] = {}
        self.out: dict[int, Work] = {}
        self.due: dict[int, float] = {}
        self.finished: set[int] = set()
        self.skipped: set[int] = set()
        self.again: set[int] = set()

    def left(self) -> set[int]:
        return set(self.known) - self.finished - self.skipped

    def is_ready(self, row: int) -> bool:
        execution = self.known[row].execution
        is_waiting = execution is not None and execution in self.left()
        return row in self.left() and row not in self.out and not is_waiting and self.due.get(row, 0.0) <= self.now

    @rule(lanes=st.lists(st.sampled_from(LANES), min_size=1, max_size=4))
    def add_a_chain(self, lanes: list[str]) -> None:
        """An execution and what goes on from it, each in a lane of its own."""
        first = self.rows + 1
        chain = [open_trial(first + place, lane, first if place else None) for place, lane in enumerate(lanes)]
        self.rows += len(chain)
        assert len(self.agenda.add(chain)) == len(chain)
        self.known.update({one.id: one for one in chain})

    @precondition(lambda self: self.left())
    @rule()
    def add_again_what_is_there(self) -> None:
        assert self.agenda.add([self.known[row] for row in sorted(self.left())]) == []

    @precondition(lambda self: self.skipped)
    @rule()
    def take_up_again_what_was_skipped(self) -> None:
        """As a requeue does: the execution is open again, and what goes on from it."""
        executions = {self.known[row].execution for row in self.skipped}
        again = sorted(self.skipped | {row for row in executions if row is not None})
        self.skipped.clear()
        self.finished.difference_update(again)
        assert len(self.agenda.add([self.known[row] for row in again])) == len(again)

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def take_up_again_what_is_just_ending(self, data: st.DataObject) -> None:
        """Its failure is on record and was requeued, but the agenda has not heard of its end yet."""
        row = data.draw(st.sampled_from(sorted(self.out)))
        self.known[row] = replace(self.known[row], round=self.known[row].round + 1)
        self.again.add(row)
        assert self.agenda.add([self.known[row]]) == []

    @rule(target=taken, lane=st.sampled_from(LANES))
    def take(self, lane: str) -> object:
        if lane not in self.agenda.lanes:
            return multiple()
        ready = sorted(row for row in self.known if self.is_ready(row) and lane_of(self.known[row]) == lane)
        work = self.agenda.take(lane, self.now)
        if work is None:
            assert not ready
            return multiple()
        assert work.open.id == ready[0], "the first of the plan that may be done"
        self.out[work.open.id] = work
        self.due.pop(work.open.id, None)
        return work

    @rule(work=consumes(taken), delay=st.sampled_from([0.0, 1.0, 2.5]))
    def put_back(self, work: Work, delay: float) -> None:
        if work.open.id in self.again:  # only what has its final result is taken up again
            self.finish(work, False)
            return
        del self.out[work.open.id]
        self.due[work.open.id] = self.now + delay
        self.agenda.put_back(work, self.now + delay)

    @rule(work=consumes(taken), may_continue=st.booleans())
    def finish(self, work: Work, may_continue: bool) -> None:
        after = {one.id for one in self.known.values() if one.execution == work.open.id and one.id in self.left()}
        del self.out[work.open.id]
        if work.open.id in self.again:
            self.again.discard(work.open.id)
            assert self.agenda.finish(work, may_continue=False) == [], "what goes on from it waits again"
            return
        self.finished.add(work.open.id)
        skipped = [one.open.id for one in self.agenda.finish(work, may_continue=may_continue)]
        assert sorted(skipped) == ([] if may_continue else sorted(after)), "each once"
        self.skipped.update(skipped)

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def everything_is_somewhere(self) -> None:
        for lane in self.agenda.lanes:
            mine = [row for row in self.left() if lane_of(self.known[row]) == lane]
            assert self.agenda.left_in(lane) == len(mine)
            here = [row for row in mine if row not in self.out and self.known[row].execution not in self.left()]
            assert self.agenda.within_reach(lane) == len(here)
            later = [self.due[row] for row in mine if row in self.due and row not in self.out]
            due = self.agenda.next_due(lane)
            if due is not None and due > self.now:
                assert due == min(moment for moment in later if moment > self.now)

    def teardown(self) -> None:
        """Done to the end, every trial is taken and finished exactly once."""
        self.now += 100
        for work in list(self.out.values()):
            self.finish(work, True)
        while rows := self.left():
            for lane in self.agenda.lanes:
                while (taken := self.agenda.take(lane, self.now)) is not None:
                    assert taken.open.id in rows
                    self.out[taken.open.id] = taken
                    self.finish(taken, True)
            assert len(self.left()) < len(rows), "nothing is stuck"


TestAgenda = AgendaMachine.TestCase
TestAgenda.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_attempts_are_counted_on_from_the_database() -> None:
    work = Work(OpenTrial(1, open_trial(1, "a").trial, next_attempt=3), "a")
    work.attempts_made += 1
    assert work.attempt == 4


def test_what_goes_on_from_an_execution_that_is_done_waits_for_nothing() -> None:
    agenda = Agenda(lane_of)
    agenda.add([open_trial(5, "a", execution=2)])
    work = agenda.take("a", 0.0)
    assert work is not None
    assert work.open.id == 5
