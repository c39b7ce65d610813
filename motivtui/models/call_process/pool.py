"""Several children, so that calls fill several cores: each call goes where the fewest are under way."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from motivtui.models.call_process.process import CallProcess
from motivtui.models.client import Call, Transcript
from motivtui.study.response import Response


class CallPool:
    """`count` children. Use it in one event loop, and `stop` it at the end (or use it as a context)."""

    def __init__(self, count: int) -> None:
        """Describe the processes; `start`, or the calls, make them."""
        self._processes = tuple(CallProcess() for _ in range(max(1, count)))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of those that are there."""
        return tuple(process.pid for process in self._processes if process.pid is not None)

    @property
    def in_flight(self) -> tuple[int, ...]:
        """Calls under way in each."""
        return tuple(process.in_flight for process in self._processes)

    async def start(self) -> None:
        """Start all, side by side. Raises ModelError; then none is left."""
        try:
            async with asyncio.TaskGroup() as group:
                for process in self._processes:
                    group.create_task(process.start())
        except BaseExceptionGroup as errors:
            await self.stop()
            raise errors.exceptions[0] from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End all; calls under way end with an error."""
        await asyncio.gather(*(process.stop() for process in self._processes))

    async def ask(self, reached: bytes, call: Call, transcript: Transcript, within_s: float) -> Response:
        """Make one call in the least busy process. See `CallProcess.ask`."""
        # One that does not start fails fast and is always idle: without the first part it would draw every call.
        idlest = min(self._processes, key=lambda process: (process.has_failed, process.in_flight))
        return await idlest.ask(reached, call, transcript, within_s)
