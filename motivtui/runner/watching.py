"""The replies that are being written: telling those that are watched, in pieces as large as the listener is slow."""

from __future__ import annotations

from dataclasses import replace

from motivtui.models.client import Transcript
from motivtui.runner.controls import Controls
from motivtui.runner.events import TextArrived
from motivtui.study.trial import Trial


class Watching:
    """The transcripts of the calls under way, by the trial's place in the plan."""

    def __init__(self, controls: Controls) -> None:
        """Take who says what is watched."""
        self._controls = controls
        self._transcripts: dict[int, Transcript] = {}
        self._told: dict[int, int] = {}
        self._is_announced: set[int] = set()

    def begin(self, trial: Trial, transcript: Transcript) -> None:
        """A call is under way."""
        self._transcripts[trial.ordinal] = transcript
        self._told[trial.ordinal] = 0

    def forget(self, trial: Trial) -> None:
        """The call has ended and everything about it is told."""
        self._transcripts.pop(trial.ordinal, None)
        self._told.pop(trial.ordinal, None)
        self._is_announced.discard(trial.ordinal)

    def news(self, trial: Trial) -> TextArrived | None:
        """An event to announce that there is more of a reply; None: nobody watches, or it is announced already."""
        if trial.ordinal in self._is_announced or not self._controls.watches(trial.ordinal):
            return None
        self._is_announced.add(trial.ordinal)
        return TextArrived(trial, "", 0)

    def rest(self, trial: Trial) -> TextArrived | None:
        """As `news`, at the end of a call: None when everything is told or announced."""
        transcript = self._transcripts.get(trial.ordinal)
        if transcript is None or len(transcript.text) <= self._told[trial.ordinal]:
            return None
        return self.news(trial)

    def unannounced(self, event: TextArrived) -> None:
        """The announcement could not be made: there was no room for it."""
        self._is_announced.discard(event.trial.ordinal)

    def filled(self, event: TextArrived) -> TextArrived:
        """The announcement with all text that arrived since the last one."""
        ordinal = event.trial.ordinal
        self._is_announced.discard(ordinal)
        transcript = self._transcripts.get(ordinal)
        if transcript is None:
            return event
        start, text = self._told[ordinal], transcript.text
        self._told[ordinal] = len(text)
        return replace(event, text=text[start:], start=start)
