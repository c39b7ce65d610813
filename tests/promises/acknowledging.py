"""A program that carries a run of scripted participants out and says, line by line, what is on the disk by then.

`python -m tests.promises.acknowledging DATABASE RUN LOCKS`. A line: `response` or `scores`, and the trial's place.
Exit code: 0 finished, 4 stopped, otherwise the error's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from motivtui.errors import MotivError
from motivtui.models.catalogue import FREE
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.scripted import ScriptedClient
from motivtui.runner import Conditions, Controls, ResponseStored, RunEnded, ScoresStored, execute
from motivtui.store.store import Store
from motivtui.study.parameters import Parameters

MODEL = "scripted/steady"


def participant() -> ScriptedClient:
    """The one who answers."""
    return ScriptedClient(Endpoint(MODEL, Kind.SCRIPTED, MODEL, MODEL, Parameters(), price=FREE))


async def carry_out(store: Store, run: str, locks: Path, say: Callable[[str], None]) -> str:
    """Do what is left and say what is kept. Returns how it ended."""
    conditions = Conditions(disk_floor_bytes=0, disk_patience_s=20)
    reason = ""
    async for event in execute(store, run, {MODEL: participant()}, conditions, Controls(4), locks):
        if isinstance(event, ResponseStored) and event.is_final:
            say(f"response {event.trial.ordinal}")
        if isinstance(event, ScoresStored):
            say(f"scores {event.trial.ordinal}")
        if isinstance(event, RunEnded):
            reason = event.reason
    return reason


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (the test reads it)


def main() -> int:
    """The program."""
    database, run, locks = sys.argv[1:]
    try:
        with Store(Path(database)) as store:
            return 0 if asyncio.run(carry_out(store, run, Path(locks), _say)) == "finished" else 4
    except MotivError as error:
        print(f"{error.title}: {error.message}", file=sys.stderr)  # noqa: T201
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
