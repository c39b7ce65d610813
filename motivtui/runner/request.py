"""What an attempt sends: the planned messages with the answer they go on from, and the most that they can cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from motivtui.runner.agenda import Work
from motivtui.runner.budget import worst_cost_usd
from motivtui.runner.conditions import Conditions
from motivtui.runner.controls import Controls
from motivtui.store import queries
from motivtui.store.connection import Reader
from motivtui.study.answer import answer_text
from motivtui.study.instrument import Instrument, Phase
from motivtui.study.prompt import Message, fill


@dataclass(frozen=True, slots=True)
class Request:
    """What an attempt sends, with its messages as they leave, and the most that it can cost (None: nobody knows)."""

    work: Work
    messages: tuple[Message, ...]
    is_streamed: bool
    worst_usd: float | None

    @property
    def prompt(self) -> str:
        """The text of all messages."""
        return "\n\n".join(message.text for message in self.messages)


class Requests:
    """Makes the requests of one run. `reader` sees what is committed; it is used in the event loop only."""

    def __init__(
        self, reader: Reader, instruments: Mapping[str, Instrument], conditions: Conditions, controls: Controls
    ) -> None:
        """Take what decides about a request."""
        self._reader = reader
        self._instruments = instruments
        self._conditions = conditions
        self._controls = controls

    def of(self, work: Work) -> Request:
        """The request of a trial. Executions are streamed, so that the time to their first token is measured."""
        trial = work.open.trial
        messages = self._messages(work)
        price = self._conditions.prices.get(trial.respondent)
        worst = None
        if price is not None:
            # Some providers count the wanted form among the words of the prompt.
            form = json.dumps(self._instruments[trial.instrument].reply_schema(trial.item_order))
            most = int(trial.parameters["max_tokens"])
            worst = worst_cost_usd((*(message.text for message in messages), form), most, price)
        is_watched = self._conditions.is_streamed or self._controls.watches(trial.ordinal)
        return Request(work, messages, is_watched or self._instruments[trial.instrument].phase is Phase.EXECUTE, worst)

    def _messages(self, work: Work) -> tuple[Message, ...]:
        """The messages as they leave: with the answer of the execution that the trial goes on from."""
        planned, execution = work.open.trial, work.open.execution
        if execution is None:
            return planned.messages
        answer = queries.final_reply(self._reader, execution) or ""
        return fill(planned.messages, answer_text(answer), planned.key)
