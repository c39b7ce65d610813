"""A run of the real runner on the real store, for benchmarks."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.participants import Participants
from motivtui.runner import Conditions, Controls, ScoresStored, execute
from motivtui.settings import Limits, Secret
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import Group, Manipulation
from motivtui.study.parameters import Parameters
from motivtui.study.task import Task

NONE = Manipulation("none", "None", Group.CONTROL)


def _no_weights(name: str) -> tuple[Path, int]:
    raise AssertionError(f"{name} is no local model")


@asynccontextmanager
async def open_bench_run(
    api_base: str,
    model: str,
    prompt: str,
    count: int,
    concurrency: int,
    *,
    is_streamed: bool = False,
    processes: int = 0,
) -> AsyncIterator[AsyncIterator[ScoresStored]]:
    """A run of `count` self-reports on a model of the server; gives its stored scores as they come."""
    instrument = Instrument("pre", "Pre", Phase.PRE, "{task}\n{format}", (Item("motivation", "motivation"),), 120, 160)
    tasks = tuple(Task(f"bench.{number}", f"family.{number % 20}", ("bench",), prompt) for number in range(count))
    name = f"bench/{model}"
    study = Study("bench", 1, (name,), tasks, (NONE,), (instrument,), 1)
    endpoint = Endpoint(name, Kind.CUSTOM, f"openai/{model}", "bench", Parameters(), api_base, Secret("none"))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "bench.db") as store:
        run = store.create_run(RunRecord(study, "study", {}), expand(study))
        conditions, controls = Conditions(is_streamed=is_streamed, disk_floor_bytes=0), Controls(concurrency)
        async with (
            Participants({name: endpoint}, Limits(), _no_weights, 1, processes) as participants,
            aclosing(execute(store, run, participants.clients, conditions, controls, Path(folder))) as events,
        ):
            yield (event async for event in events if isinstance(event, ScoresStored))
