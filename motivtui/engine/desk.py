"""Where commands are carried out: one answer each, several at a time. Owns the running runs.

Knows nothing of pipes: `process` hands lines in, `teller` takes answers and events away.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from motivtui.conduct.conducting import Means
from motivtui.engine import answers, commands
from motivtui.engine.commands import NotUnderstoodError
from motivtui.engine.company import Company
from motivtui.engine.events import Warmed
from motivtui.engine.planned import LatestPlan, answer_of
from motivtui.engine.records import Prepared, Records
from motivtui.engine.redaction import Redactor
from motivtui.engine.running import Note, Running
from motivtui.engine.teller import Teller
from motivtui.errors import BusyError, MotivError, UsageError
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Endpoint
from motivtui.settings import Settings
from motivtui.wire.problems import Problem, problem_of

MAX_COMMANDS = 64
"""Commands that are carried out at once; further ones wait unread."""

_Handler = Callable[[Any], Awaitable[answers.Answer]]


class Desk:
    """Takes commands. Used in one event loop."""

    def __init__(self, settings: Settings, teller: Teller, redactor: Redactor, note: Note) -> None:
        """Nothing runs yet. `note` writes what nobody expected into the log."""
        self.quits = asyncio.Event()
        """Set by the command to quit."""
        self._settings, self._teller, self._redactor, self._note = settings, teller, redactor, note
        self._records = Records(settings)
        self._company = Company(teller.announce)
        self._latest_plan = LatestPlan(settings)
        self._places = asyncio.Semaphore(MAX_COMMANDS)
        self._commands: set[asyncio.Task[None]] = set()
        self._warming: set[asyncio.Task[None]] = set()
        self._runs: dict[str, tuple[Running, asyncio.Task[None]]] = {}
        self._removing: set[str] = set()
        self._is_left = False
        self._handlers: dict[type, _Handler] = {
            commands.Warm: self._warm,
            commands.Plan: self._plan,
            commands.Start: self._start,
            commands.Resume: self._resume,
            commands.Pause: self._pause,
            commands.GoOn: self._go_on,
            commands.Stop: self._stop,
            commands.Concurrency: self._concurrency,
            commands.Requeue: self._requeue,
            commands.Watch: self._watch,
            commands.State: self._state,
            commands.Rename: self._rename,
            commands.SetTags: self._set_tags,
            commands.Archive: self._archive,
            commands.Remove: self._remove,
            commands.Quit: self._quit,
        }

    async def take(self, line: bytes | None) -> None:
        """Begin to carry a line's command out; None: the line was too long. Waits while too many are under way."""
        await self._places.acquire()
        task = asyncio.create_task(self._answered(line))
        self._commands.add(task)

        def is_over(done: asyncio.Task[None]) -> None:
            self._commands.discard(done)
            self._places.release()

        task.add_done_callback(is_over)

    def leave(self) -> None:
        """The console is gone: nobody will command any more. Who is paused could never go on, and ends."""
        self._is_left = True
        for running, _ in self._runs.values():
            self._end_if_paused(running)

    def cancel(self) -> None:
        """Break off every run, now and to come."""
        self._is_left = True
        for task in self._warming:
            task.cancel()
        for task in self._commands:
            task.cancel()
        for running, _ in self._runs.values():
            running.controls.stop.cancel()

    async def done(self) -> None:
        """Wait until every command is answered and every run has ended."""
        while tasks := [*self._commands, *(task for _, task in self._runs.values())]:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Close the models and the database."""
        for task in self._warming:
            task.cancel()
        await self._company.close()
        await asyncio.to_thread(self._records.close)

    async def _answered(self, line: bytes | None) -> None:
        number: int | None = None
        try:
            if line is None:
                raise UsageError("a command is longer than half a megabyte", hint="Name tasks by patterns.")
            command = commands.decoded(line)
            number = command.id
            answer = await self._handlers[type(command)](command)
        except NotUnderstoodError as error:
            words = self._redactor.redacted(error.message)
            hint = f"Protocol {commands.PROTOCOL}: see motivtui/engine/commands.py."
            answer = answers.Refused(answer=error.id, error=problem_of(UsageError(f"no command: {words}", hint=hint)))
        except MotivError as error:
            answer = answers.Refused(answer=number, error=problem_of(error))
        except Exception as error:  # noqa: BLE001 (one command's fault must not end the runs)
            self._note(traceback.format_exc())
            words = self._redactor.redacted(f"{type(error).__name__}: {error}")
            answer = answers.Refused(answer=number, error=Problem(message=words, hint="The log says more."))
        self._teller.answer(answer)

    # Each command's own part.

    async def _warm(self, command: commands.Warm) -> answers.Answer:
        def endpoints() -> dict[str, Endpoint]:
            return {model: resolve(model, self._settings) for model in command.models}

        found = await asyncio.to_thread(endpoints)  # a provider's model: litellm is imported now
        task = asyncio.create_task(self._warmed(command.models, found))
        self._warming.add(task)
        task.add_done_callback(self._warming.discard)
        return answers.Done(answer=command.id)

    async def _warmed(self, models: tuple[str, ...], endpoints: dict[str, Endpoint]) -> None:
        try:
            async with self._company.invited(self._settings, endpoints, Means()):
                self._teller.announce(Warmed(models=models))
        except MotivError as error:
            self._teller.announce(Warmed(models=models, error=problem_of(error)))

    async def _plan(self, command: commands.Plan) -> answers.Answer:
        def planned() -> answers.Answer:
            return answer_of(command, *self._latest_plan.of(command))

        return await asyncio.to_thread(planned)

    async def _start(self, command: commands.Start) -> answers.Answer:
        prepared = await asyncio.to_thread(self._records.start, command)
        return self._begin(command, prepared)

    async def _resume(self, command: commands.Resume) -> answers.Answer:
        prepared = await asyncio.to_thread(self._records.resume, command)
        return self._begin(command, prepared)

    def _begin(self, command: commands.Start | commands.Resume, prepared: Prepared) -> answers.Answer:
        run = prepared.run
        self._check_idle(run)
        running = Running(prepared, self._records, self._company, self._teller, self._note)
        running.news.watch(None if command.watch == "all" else command.watch)
        task = asyncio.create_task(running.carry_out())
        self._runs[run] = running, task
        task.add_done_callback(lambda _: self._runs.pop(run, None))
        return answers.Started(answer=command.id, run=run, open=prepared.open)

    def _check_idle(self, run: str) -> None:
        """Refuse what cannot be done to a run under way, also while its models are being opened: no lock tells then."""
        if run in self._runs:
            raise BusyError(
                f"run {run} is being carried out by this engine, process {os.getpid()}", hint="Wait for it, or stop it."
            )
        if run in self._removing:
            raise BusyError(f"run {run} is being removed", hint="`motiv runs` lists those that are left.")

    def _running(self, run: str) -> Running:
        if run not in self._runs:
            raise UsageError(f"run {run} is not under way in this engine", hint="`state` names those that are.")
        return self._runs[run][0]

    async def _pause(self, command: commands.Pause) -> answers.Answer:
        running = self._running(command.run)
        running.controls.pause()
        running.touch()
        self._end_if_paused(running)
        return answers.Done(answer=command.id)

    async def _go_on(self, command: commands.GoOn) -> answers.Answer:
        running = self._running(command.run)
        running.controls.go_on()
        running.touch()
        return answers.Done(answer=command.id)

    async def _stop(self, command: commands.Stop) -> answers.Answer:
        stop = self._running(command.run).controls.stop
        if command.how == "cancel":
            stop.cancel()
        else:
            stop.drain()
        return answers.Done(answer=command.id)

    async def _concurrency(self, command: commands.Concurrency) -> answers.Answer:
        running = self._running(command.run)
        running.controls.set_concurrency(command.calls)
        running.touch()
        return answers.Done(answer=command.id)

    async def _requeue(self, command: commands.Requeue) -> answers.Answer:
        self._running(command.run).controls.requeue_failed()
        return answers.Done(answer=command.id)

    async def _watch(self, command: commands.Watch) -> answers.Answer:
        running = self._running(command.run)
        running.news.watch(None if command.ordinals == "all" else command.ordinals)
        self._teller.look_at(running.news)
        return answers.Done(answer=command.id)

    async def _state(self, command: commands.State) -> answers.Answer:
        found = [
            answers.RunState(
                run=run,
                is_open=running.is_open,
                is_stopping=running.controls.stop.is_draining,
                progress=running.news.progress(),
            )
            for run, (running, _) in self._runs.items()
        ]
        return answers.States(answer=command.id, runs=tuple(found))

    async def _rename(self, command: commands.Rename) -> answers.Answer:
        await asyncio.to_thread(self._records.rename, command.run, command.name)
        return answers.Done(answer=command.id)

    async def _set_tags(self, command: commands.SetTags) -> answers.Answer:
        await asyncio.to_thread(self._records.set_tags, command.run, command.tags)
        return answers.Done(answer=command.id)

    async def _archive(self, command: commands.Archive) -> answers.Answer:
        await asyncio.to_thread(self._records.archive, command.run, is_archived=command.is_archived)
        return answers.Done(answer=command.id)

    async def _remove(self, command: commands.Remove) -> answers.Answer:
        run = command.run
        self._check_idle(run)
        self._removing.add(run)
        try:
            await asyncio.to_thread(self._records.remove, run)
        finally:
            self._removing.discard(run)
        return answers.Done(answer=command.id)

    async def _quit(self, command: commands.Quit) -> answers.Answer:
        self.quits.set()
        return answers.Done(answer=command.id)

    def _end_if_paused(self, running: Running) -> None:
        if self._is_left and running.controls.is_paused:
            running.controls.stop.drain()
