"""A bench for runs: a real store, the real client, a real server on the test's loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from motivtui.models.client import ModelClient
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.litellm_door.client import LitellmClient
from motivtui.models.litellm_door.loading import close_connections, open_connections
from motivtui.runner import Conditions, Controls, Event, RetryRule, Stop, execute
from motivtui.settings import Limits, Secret
from motivtui.store.connection import open_reader
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import Group, Manipulation
from motivtui.study.parameters import Parameters
from motivtui.study.task import Task
from tests.faults.server import FaultServer

INSTRUMENT = Instrument(
    "pre", "Pre", Phase.PRE, "{task}\nReply with {format}", (Item("motivation", "motivation"),), 120, 160
)
EXECUTION = Instrument("execution", "Task", Phase.EXECUTE, "{task}", (), 200)
POST = Instrument("post", "After", Phase.POST, "And now? {format}", (Item("motivation", "motivation"),), 60)
JUDGE = Instrument(
    "judge", "Judge", Phase.JUDGE, "{task}\n[{nonce}]\n{answer}\n[{nonce}]\n{format}", (Item("quality", "quality"),), 60
)
NONE = Manipulation("none", "None", Group.CONTROL)
MONEY = Manipulation("money", "Money", Group.POSITIVE_EXTRINSIC, ("Money, one.", "Money, two."))
LIMITS = Limits(first_byte_s=1, idle_s=1, total_s=2)


@dataclass(frozen=True)
class Options:
    """How a test's run is carried out."""

    concurrency: int
    conditions: Conditions
    is_watched: bool


@dataclass
class Bench:
    """Creates runs against the server and carries them out."""

    server: FaultServer
    store: Store
    locks: Path

    def create(
        self,
        models: list[str],
        tasks: int = 4,
        repeats: int = 1,
        manipulations: tuple[Manipulation, ...] = (NONE, MONEY),
        instrument: Instrument = INSTRUMENT,
    ) -> str:
        study = Study(
            "test",
            1,
            tuple(models),
            tuple(Task(f"t.{number}", f"f.{number % 2}", ("c",), f"Task {number}") for number in range(tasks)),
            manipulations,
            (instrument,),
            repeats,
        )
        return self.add(study)

    def add(self, study: Study) -> str:
        """Put a study and its plan on record."""
        return self.store.create_run(RunRecord(study, "study", {}), expand(study))

    def chains(self, model: str, judge: str, tasks: int = 2, more: tuple[Instrument, ...] = ()) -> str:
        """A run of executions, each with a question after it and a judge."""
        study = Study(
            "chains",
            1,
            (model,),
            tuple(Task(f"t.{number}", f"f.{number}", ("c",), f"Task {number}") for number in range(tasks)),
            (NONE,),
            (EXECUTION, POST, JUDGE, *more),
            1,
            judges=(judge,),
        )
        return self.add(study)

    def all(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What is committed, by a connection of its own."""
        reader = open_reader(self.store.path)
        try:
            return [tuple(row) for row in reader.execute(sql, values).fetchall()]
        finally:
            reader.close()

    def clients(self, models: list[str], limits: Limits = LIMITS) -> dict[str, ModelClient]:
        """A model's name is a fault; `@lane` behind it puts it on a lane of its own."""
        return {model: LitellmClient(self.endpoint(model), limits) for model in models}

    def endpoint(self, model: str) -> Endpoint:
        fault, _, lane = model.partition("@")
        return Endpoint(
            model, Kind.CUSTOM, f"openai/{fault}", lane or "lane", Parameters(), self.server.api_base, Secret("k")
        )

    def options(self, concurrency: int = 4, retries: int = 3, *, is_watched: bool = False, **more: Any) -> Options:
        conditions = Conditions(RetryRule(retries, base_s=0.01), disk_floor_bytes=0)
        return Options(concurrency, replace(conditions, **more), is_watched)

    async def carry_out(
        self,
        run: str,
        models: list[str],
        options: Options | None = None,
        on_event: Callable[[Event, Stop], None] = lambda _event, _stop: None,
        stop: Stop | None = None,
        controls: Controls | None = None,
        limits: Limits = LIMITS,
    ) -> list[Event]:
        chosen = options or self.options()
        controls = controls or Controls(chosen.concurrency, stop, watches_all=chosen.is_watched)
        events = []
        clients = self.clients(models, limits)
        async with aclosing(execute(self.store, run, clients, chosen.conditions, controls, self.locks)) as stream:
            async for event in stream:
                events.append(event)
                on_event(event, controls.stop)
        return events


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with FaultServer() as server:
        await open_connections()
        with Store(tmp_path / "runs.db") as store:
            yield Bench(server, store, tmp_path / "locks")
        await close_connections()
