"""The replies that are being written: telling those that are watched, in pieces as large as the listener is slow."""

from __future__ import annotations

from dataclasses import dataclass, replace

from motivtui.models.client import Transcript
from motivtui.runner.controls import Controls
from motivtui.runner.events import TextArrived
from motivtui.study.trial import Trial


@dataclass(slots=True)
class _Reply:
    """What attempt `attempt` of a trial has brought, and how many characters of it are told."""

    attempt: int
    transcript: Transcript
    told: int = 0


class Watching:
    """The transcripts of the calls under way, by the trial's place in the plan."""

    def __init__(self, controls: Controls) -> None:
        """Take who says what is watched."""
        self._controls = controls
        self._replies: dict[int, _Reply] = {}
        self._is_announced: set[int] = set()

    def begin(self, trial: Trial, attempt: int, transcript: Transcript) -> None:
        """A call is under way."""
        self._replies[trial.ordinal] = _Reply(attempt, transcript)

    def forget(self, trial: Trial, attempt: int) -> None:
        """The call has ended and everything about it is told. A later attempt may be under way by then: it stays."""
        reply = self._replies.get(trial.ordinal)
        if reply is not None and reply.attempt == attempt:
            del self._replies[trial.ordinal]
            self._is_announced.discard(trial.ordinal)

    def news(self, trial: Trial) -> TextArrived | None:
        """An event to announce that there is more of a reply; None: nobody watches, or it is announced already."""
        if trial.ordinal in self._is_announced or not self._controls.watches(trial.ordinal):
            return None
        self._is_announced.add(trial.ordinal)
        return TextArrived(trial, "", 0)

    def rest(self, trial: Trial) -> TextArrived | None:
        """As `news`, at the end of a call: None when everything is told or announced."""
        reply = self._replies.get(trial.ordinal)
        if reply is None or len(reply.transcript.text) <= reply.told:
            return None
        return self.news(trial)

    def unannounced(self, event: TextArrived) -> None:
        """The announcement could not be made: there was no room for it."""
        self._is_announced.discard(event.trial.ordinal)

    def filled(self, event: TextArrived) -> TextArrived:
        """The announcement with all text that arrived since the last one."""
        self._is_announced.discard(event.trial.ordinal)
        reply = self._replies.get(event.trial.ordinal)
        if reply is None:
            return event
        start, text = reply.told, reply.transcript.text
        reply.told = len(text)
        return replace(event, text=text[start:], start=start)
