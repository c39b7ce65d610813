"""What is told of one run, and how often: the runner's events as the protocol's, text and progress held together.

Text of a watched reply leaves at most every `TEXT_EVERY_S`, progress every `PROGRESS_EVERY_S`; in between, and while
nobody reads, it is merged. Pure: the clock is handed in, nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from motivtui.engine import events as told
from motivtui.engine.tally import Clock, Standing, Tally
from motivtui.runner import (
    Controls,
    Event,
    Held,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    RunHalted,
    RunStarted,
    ScoresStored,
    TextArrived,
    TrialsRequeued,
    TrialsSkipped,
    TrialStarted,
)
from motivtui.study.response import CallError
from motivtui.study.score import Score

TEXT_EVERY_S = 0.05
PROGRESS_EVERY_S = 0.25
SPEED_EVERY_S = 1.0
"""Progress without any change but that of the speed."""


@dataclass(slots=True)
class _Reply:
    """A watched reply while it grows: its text from `base` on, of which what stands before `sent` is told."""

    base: int
    sent: int
    next_at: float
    pieces: list[str] = field(default_factory=list)
    end: int = 0

    def take(self, start: int, text: str) -> None:
        """More of it; a `start` before the end replaces what is there."""
        if start < self.end:
            self.pieces = ["".join(self.pieces)[: max(0, start - self.base)]]
            self.sent = min(self.sent, start)
        self.pieces.append(text)
        self.end = start + len(text)

    def unsent(self) -> str:
        """What is not told yet."""
        joined = "".join(self.pieces)
        self.pieces = [joined]
        return joined[self.sent - self.base :]


class RunNews:
    """One run's news."""

    def __init__(self, run: str, controls: Controls, clock: Clock) -> None:
        """Take whose they are."""
        self.run = run
        self.missed = 0
        """Events that were not told since the last `missed`: whoever tells counts them."""
        self._controls, self._clock = controls, clock
        self._tally = Tally(run, controls, clock)
        self._replies: dict[int, _Reply] = {}
        self._has_changed = False
        self._progress_at = clock()

    def begin(self, standing: Standing) -> None:
        """What the run had come to before this session; right after `RunStarted`."""
        self._tally.begin(standing)

    def reopen(self, standing: Standing) -> None:
        """What it has come to, right after `TrialsRequeued`."""
        self._tally.reopen(standing)

    def touch(self) -> None:
        """Something about the run was changed: there is progress to tell."""
        self._has_changed = True

    def watch(self, ordinals: Iterable[int] | None) -> None:
        """These replies are watched from now on (None: all); those that were not before come from their start."""
        fresh = [reply for ordinal, reply in self._replies.items() if not self._controls.watches(ordinal)]
        self._controls.watch(ordinals)
        for reply in fresh:
            reply.sent = reply.base

    def progress(self) -> told.Progress:
        """Where the run stands now."""
        return self._tally.progress()

    def take(self, event: Event) -> told.RunEvent | None:
        """Take an event in. Returns what is to be told of it at once; None: it is told by and by."""
        self._has_changed |= self._tally.count(event)
        match event:
            case TextArrived(trial, text, start):
                if text:  # empty: its call has ended and is told already
                    self._grow(trial.ordinal, start, text)
                return None
            case ResponseStored():
                return self._response(event)
        return _told(self.run, event)

    def due(self) -> Iterator[told.RunEvent]:
        """Text and progress that may be told now. What is not taken from the iterator stays untold."""
        for ordinal, reply in sorted(self._waiting(), key=lambda one: one[1].next_at):
            now = self._clock()
            if reply.next_at <= now:
                text, start, reply.sent, reply.next_at = reply.unsent(), reply.sent, reply.end, now + TEXT_EVERY_S
                yield told.Text(run=self.run, ordinal=ordinal, start=start, text=text)
        moment = self._progress_due_at()
        if moment is not None and moment <= self._clock():
            self._has_changed = False
            self._progress_at = self._clock()
            yield self.progress()

    def next_at(self) -> float | None:
        """When something will be due; None: as things stand, never."""
        moments = [reply.next_at for _, reply in self._waiting()]
        progress = self._progress_due_at()
        return min(moments + ([progress] if progress is not None else []), default=None)

    def _waiting(self) -> list[tuple[int, _Reply]]:
        watches = self._controls.watches
        return [(ordinal, one) for ordinal, one in self._replies.items() if one.sent < one.end and watches(ordinal)]

    def _progress_due_at(self) -> float | None:
        if self._has_changed:
            return self._progress_at + PROGRESS_EVERY_S
        return self._progress_at + SPEED_EVERY_S if self._tally.is_moving else None

    def _grow(self, ordinal: int, start: int, text: str) -> None:
        reply = self._replies.get(ordinal)
        if reply is None or start > reply.end:
            reply = self._replies[ordinal] = _Reply(start, start, self._clock(), end=start)
        reply.take(start, text)

    def _response(self, event: ResponseStored) -> told.Response:
        trial, response = event.trial, event.response
        reply = self._replies.pop(trial.ordinal, None)
        start = text = None
        if self._controls.watches(trial.ordinal):
            is_same = reply is not None and response.text[reply.base : reply.end] == "".join(reply.pieces)
            start = reply.sent if reply is not None and is_same else 0
            text = response.text[start:]
        usage = response.usage
        return told.Response(
            run=self.run,
            ordinal=trial.ordinal,
            attempt=event.attempt,
            is_final=event.is_final,
            outcome=str(response.outcome),
            finish_reason=response.finish_reason,
            characters=len(response.text),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            time_to_first_token_ms=response.time_to_first_token_ms,
            latency_ms=response.latency_ms,
            cost_usd=response.cost_usd,
            error=_failure(response.error) if response.error else None,
            start=start,
            text=text,
        )


def _told(run: str, event: Event) -> told.RunEvent:
    """The protocol's word for an event of the runner."""
    match event:
        case RunStarted(_, total, left):
            return told.RunStarted(run=run, total=total, open=left)
        case TrialStarted():
            return _trial_started(run, event)
        case ScoresStored(trial, scores):
            return told.Scores(run=run, ordinal=trial.ordinal, scores=tuple(map(_score, scores)))
        case TrialsSkipped(trials, reason):
            return told.Skipped(run=run, ordinals=tuple(one.ordinal for one in trials), reason=reason)
        case RetryPlanned(trial, delay_s, error):
            return told.Retry(run=run, ordinal=trial.ordinal, delay_s=round(delay_s, 3), error=_failure(error))
        case TrialsRequeued(count):
            return told.Requeued(run=run, count=count)
        case _:
            return _trouble(run, event)


def _trouble(run: str, event: Event) -> told.RunEvent:
    match event:
        case LaneStopped(lane, cause, message):
            return told.LaneStopped(run=run, lane=lane, cause=str(cause), message=message)
        case RunHalted(cause, message):
            return told.Halted(run=run, cause=str(cause), message=message)
        case Held(message):
            return told.Held(run=run, message=message)
    raise AssertionError(f"an event that nobody knows: {type(event).__name__}")


def _trial_started(run: str, event: TrialStarted) -> told.TrialStarted:
    trial = event.trial
    return told.TrialStarted(
        run=run,
        ordinal=trial.ordinal,
        attempt=event.attempt,
        model=trial.model,
        respondent=trial.respondent,
        task=trial.task,
        other_task=trial.choice.other_task if trial.choice else None,
        manipulation=trial.manipulation,
        wording=trial.wording,
        instrument=trial.instrument,
        repeat=trial.repeat,
    )


def _score(score: Score) -> told.ItemScore:
    evidence = score.evidence
    return told.ItemScore(
        item=score.item,
        value=score.value,
        status=str(score.status),
        start=evidence.start if evidence else None,
        end=evidence.end if evidence else None,
        note=score.note,
    )


def _failure(error: CallError) -> told.Failure:
    return told.Failure(kind=str(error.kind), message=error.message, status_code=error.status_code)
