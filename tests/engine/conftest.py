"""Engines as real child processes, on folders and a database of their own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from motivtui.conduct.request import StudyRequest
from motivtui.engine.client import EngineClient
from motivtui.engine.events import AnyEvent, RunEnded, RunEvent, RunFailed
from tests.faults.process import FaultProcess

ROOT = Path(__file__).parents[2]
WITHIN_S = 60.0

Wanted = TypeVar("Wanted")


@dataclass
class Lab:
    """A home for engines. `heard` has everything that was told to `hear`."""

    folder: Path
    stack: AsyncExitStack
    environment: dict[str, str] = field(default_factory=dict)
    heard: list[AnyEvent] = field(default_factory=list)

    @property
    def db(self) -> Path:
        return self.folder / "runs.db"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "cache" / "engine.log"

    def configure(self, api_base: str, more: str = "") -> None:
        text = f'[[endpoint]]\nname = "faults"\napi_base = "{api_base}"\n{more}[limits]\nfirst_byte_s = 20.0\n'
        self.write_config(text)

    def write_config(self, text: str) -> None:
        self.config.write_text(text, encoding="utf-8")

    async def engine(self) -> EngineClient:
        """Another engine; it is let go at the end of the test, and outlives it in no case."""
        engine = await EngineClient.start(environment=self.environment)
        self.stack.callback(engine._connection._process.kill)
        return await self.stack.enter_async_context(engine)

    async def hear(self, engine: EngineClient, kind: type[Wanted], count: int = 1) -> list[Wanted]:
        """The next `count` events of a kind; the others in between are kept too."""
        found: list[Wanted] = []
        async with asyncio.timeout(WITHIN_S):
            async for event in engine.events():
                self.heard.append(event)
                if isinstance(event, kind):
                    found.append(event)
                    if len(found) == count:
                        return found
        raise AssertionError(f"the events ended with {len(found)} of {count}")

    async def end_of(self, engine: EngineClient, run: str) -> RunEnded:
        """The end of a run."""
        while True:
            [event] = await self.hear(engine, RunEvent)
            if event.run == run:
                assert not isinstance(event, RunFailed), event
                if isinstance(event, RunEnded):
                    return event

    def told(self, kind: type[Wanted]) -> list[Wanted]:
        return [event for event in self.heard if isinstance(event, kind)]

    def all(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        # Read-only: an engine must not find an empty file that this look has made.
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def ends(self) -> list[str]:
        """How the sessions have ended so far; also while the database is only being made."""
        with suppress(sqlite3.OperationalError):
            return [row[0] for row in self.all("SELECT reason FROM session_end")]
        return []

    def finals(self) -> list[tuple[int, int]]:
        """Trials that have a final response, and how many."""
        return self.all("SELECT trial, count(*) FROM response WHERE is_final GROUP BY trial")


def request(model: str = "scripted/steady", tasks: int = 2, **more: Any) -> StudyRequest:
    """Two calls a task: `none` and `money`."""
    record = {"models": [model], "tasks": {"limit": tasks}, "manipulations": ["none", "money"], "repeats": 1}
    return StudyRequest.from_record(record | more)


async def until(is_so: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait for what another process brings about."""
    async with asyncio.timeout(within_s):
        while not is_so():
            await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that has ended and waits for its parent does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with AsyncExitStack() as stack:
        lab = Lab(tmp_path, stack)
        lab.write_config("")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTIV_")}
        own = {f"MOTIV_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CACHE")}
        config = {"MOTIV_CONFIG": str(lab.config), "MOTIV_DB": str(lab.db), "PYTHONPATH": str(ROOT)}
        lab.environment = kept | own | config
        yield lab


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[FaultProcess]:
    with FaultProcess(tmp_path) as server:
        yield server
