"""Carrying a run out from the command line: opens participants, catches signals, hands events to whoever shows them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from motivtui.cli.output import narrate
from motivtui.cli.weights import fetch_weights
from motivtui.conduct.conducting import Means, conditions_of, participants_of, weights_of
from motivtui.errors import InterruptedRunError, MotivError, StoppedError
from motivtui.models.endpoint import Endpoint
from motivtui.runner import Controls, Event, RunEnded, Stop, execute
from motivtui.settings import Settings
from motivtui.store.store import Store

Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Carrying:
    """What is carried out, and with what. `requeues`: failed trials are taken up again first."""

    run: str
    endpoints: Mapping[str, Endpoint]
    means: Means
    requeues: bool = False


def carry_out(settings: Settings, store: Store, carrying: Carrying, listener: Listener, *, watch: bool) -> RunEnded:
    """Do what is left of a run, telling `listener` every event. Returns the last one. Raises MotivError."""
    return asyncio.run(_carry_out(settings, store, carrying, listener, watch=watch))


async def _carry_out(
    settings: Settings, store: Store, carrying: Carrying, listener: Listener, *, watch: bool
) -> RunEnded:
    run, endpoints = carrying.run, carrying.endpoints
    conditions = conditions_of(settings, endpoints, carrying.means)
    controls = Controls(settings.concurrency, Stop(), watches_all=watch)
    _listen_to_signals(controls.stop)
    if carrying.requeues:
        controls.requeue_failed()  # under the run's lock, when the run has begun
    if endpoints:
        narrate(f"Opening {', '.join(endpoints)} …")
    async with (
        participants_of(settings, endpoints, weights_of(settings, fetch_weights), carrying.means) as participants,
        aclosing(execute(store, run, participants.clients, conditions, controls, settings.locks_folder)) as events,
    ):
        async for event in events:
            listener(event)
            if isinstance(event, RunEnded):
                return event
    raise MotivError(f"run {run} ended without a word", hint=f"motiv resume {run}")


def _listen_to_signals(stop: Stop) -> None:
    """First Ctrl-C: running calls may finish. Second, TERM or HUP: they are broken off. All is on record either way."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        stop.press()
        if stop.is_cancelling:
            narrate("Breaking off the running calls …")
        else:
            narrate("Letting the running calls finish (10 s at most); Ctrl-C again breaks them off.")

    loop.add_signal_handler(signal.SIGINT, interrupted)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.cancel)


def raise_unless_complete(ended: RunEnded, settings: Settings) -> None:
    """Turn the end of a run into the exit code it means, with the line that goes on from here."""
    db = "" if settings.sources.get("db") == "default" else f" --db {settings.db}"
    resume = f"motiv resume {ended.run}{db}"
    total = sum(ended.states.values())
    complete = ended.states.get("complete", 0)
    done = f"run {ended.run}: {complete:,}/{total:,} complete"
    if ended.reason == "interrupted":
        raise InterruptedRunError(done, hint=f"Go on with: {resume}")
    if ended.reason == "stopped":
        raise StoppedError(done, hint=f"Mend the cause named above, then: {resume}")
    if complete < total:
        raise MotivError(
            f"{done}; the others failed and are kept with their reason",
            hint=f"motiv trials {ended.run}{db} --state error,skipped shows them; {resume} --requeue tries them again",
        )
