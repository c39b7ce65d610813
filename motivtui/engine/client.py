"""The console's side: command the engine, hear its events. The only way to talk to it.

The engine is a process in a session of its own: what happens to the terminal does not reach it. Must not draw.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from motivtui.conduct.request import StudyRequest
from motivtui.engine import answers, commands
from motivtui.engine import events as told
from motivtui.engine.connection import Connection, EngineLostError
from motivtui.errors import MotivError

__all__ = ["EngineClient", "EngineLostError"]

READY_WITHIN_S = 30.0
_ANSWERS_WITHIN_S = 2.0

Watched = Literal["all"] | Iterable[int]
"""Trials by their place in the plan."""


class EngineClient:
    """One engine. `await EngineClient.start()`, then command it and iterate over `events`; `close` it at the end.

    Every command raises the MotivError that it was answered with, or EngineLostError: the engine is gone.
    """

    def __init__(self, connection: Connection, ready: told.Ready) -> None:
        """Use `start`."""
        self._connection = connection
        self._numbers = itertools.count(1)
        self.ready = ready
        """The engine's first words."""

    @classmethod
    async def start(
        cls,
        db: Path | None = None,
        environment: Mapping[str, str] | None = None,
        ready_within_s: float = READY_WITHIN_S,
    ) -> Self:
        """A running engine. `db` None: as the settings say; `environment` None: this process's. Raises MotivError."""
        connection = await Connection.open(db, environment)
        return cls(connection, await connection.ready(ready_within_s))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pid(self) -> int:
        """The engine's process id."""
        return self._connection.pid

    @property
    def is_lost(self) -> bool:
        """Whether the engine is gone."""
        return self._connection.is_lost

    def events(self) -> AsyncIterator[told.AnyEvent]:
        """Every event not heard yet, in order. Ends after `quit` or `close`; raises EngineLostError when it dies.

        Who does not keep up makes the engine tell less (`missed`). For one listener.
        """
        return self._connection.events()

    async def close(self) -> None:
        """Let go of the engine. It ends at once, or goes on with its runs to their end and then ends."""
        is_busy = False
        with suppress(MotivError, TimeoutError):
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                is_busy = bool(await self.state())
        await self._connection.close(is_waiting=not is_busy)

    async def warm(self, models: Iterable[str]) -> None:
        """Have models opened in the background. Event: Warmed."""
        await self._connection.ask(commands.Warm(id=self._number(), models=tuple(models)), answers.Done)

    async def plan(
        self,
        request: StudyRequest,
        *,
        prompts: int = 0,
        cells: int = 0,
        ordinals: Iterable[int] = (),
        task: str | None = None,
        study_file: Path | None = None,
    ) -> answers.Planned:
        """What a request would call and take, its cells, and the messages of `prompts` trials and of `ordinals`."""
        command = commands.Plan(
            id=self._number(),
            request=request,
            prompts=prompts,
            cells=cells,
            ordinals=tuple(ordinals),
            task=task,
            study_file=str(study_file) if study_file else None,
        )
        return await self._connection.ask(command, answers.Planned)

    async def start_run(
        self,
        request: StudyRequest,
        *,
        kind: Literal["study", "probe"] = "study",
        task: str | None = None,
        study_file: Path | None = None,
        may_pay: bool = False,
        watch: Watched = (),
    ) -> answers.Started:
        """Put a run on record and carry it out. `may_pay`: the user has agreed to calls that may cost money."""
        command = commands.Start(
            id=self._number(),
            request=request,
            kind=kind,
            task=task,
            study_file=str(study_file) if study_file else None,
            may_pay=may_pay,
            watch=_ordinals(watch),
        )
        return await self._connection.ask(command, answers.Started)

    async def resume(
        self,
        run: str = "latest",
        *,
        requeue: bool = False,
        concurrency: int | None = None,
        max_cost_usd: float | None = None,
        allow_unpriced: bool = False,
        stream: bool = False,
        watch: Watched = (),
    ) -> answers.Started:
        """Do what is left of a run. Raises BusyError: another process is at it."""
        command = commands.Resume(
            id=self._number(),
            run=run,
            requeue=requeue,
            concurrency=concurrency,
            max_cost_usd=max_cost_usd,
            allow_unpriced=allow_unpriced,
            stream=stream,
            watch=_ordinals(watch),
        )
        return await self._connection.ask(command, answers.Started)

    async def pause(self, run: str) -> None:
        """Begin no call until `go_on`."""
        await self._connection.ask(commands.Pause(id=self._number(), run=run), answers.Done)

    async def go_on(self, run: str) -> None:
        """End the pause."""
        await self._connection.ask(commands.GoOn(id=self._number(), run=run), answers.Done)

    async def stop(self, run: str, how: Literal["drain", "cancel"] = "drain") -> None:
        """Let calls under way finish, or break them off; the run's end is an event."""
        await self._connection.ask(commands.Stop(id=self._number(), run=run, how=how), answers.Done)

    async def set_concurrency(self, run: str, calls: int) -> None:
        """Calls at once in a lane."""
        await self._connection.ask(commands.Concurrency(id=self._number(), run=run, calls=calls), answers.Done)

    async def requeue(self, run: str) -> None:
        """Take the failed trials of a running run up again."""
        await self._connection.ask(commands.Requeue(id=self._number(), run=run), answers.Done)

    async def watch(self, run: str, ordinals: Watched) -> None:
        """Hear the growing replies of these trials only."""
        await self._connection.ask(
            commands.Watch(id=self._number(), run=run, ordinals=_ordinals(ordinals)), answers.Done
        )

    async def state(self) -> tuple[answers.RunState, ...]:
        """The running runs."""
        return (await self._connection.ask(commands.State(id=self._number()), answers.States)).runs

    async def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        await self._connection.ask(commands.Rename(id=self._number(), run=run, name=name), answers.Done)

    async def set_tags(self, run: str, tags: Iterable[str]) -> None:
        """Give a run these tags and no others."""
        await self._connection.ask(commands.SetTags(id=self._number(), run=run, tags=tuple(tags)), answers.Done)

    async def archive(self, run: str, is_archived: bool) -> None:  # noqa: FBT001 (the one thing that it says)
        """Put a run away, or back among the others."""
        command = commands.Archive(id=self._number(), run=run, is_archived=is_archived)
        await self._connection.ask(command, answers.Done)

    async def remove(self, run: str) -> None:
        """Remove a run, by its whole id, with everything of it. Raises BusyError: somebody is at it."""
        await self._connection.ask(commands.Remove(id=self._number(), run=run), answers.Done)

    async def quit(self) -> None:
        """Say that no command will come. Events come until the last run has ended."""
        await self._connection.ask(commands.Quit(id=self._number()), answers.Done)
        self._connection.expect_end()

    def _number(self) -> int:
        return next(self._numbers)


def _ordinals(watched: Watched) -> Literal["all"] | tuple[int, ...]:
    return "all" if isinstance(watched, str) else tuple(watched)
