"""The child: questions in, looks out, one at a time; it ends with its stdin. Computes nothing itself."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NoReturn

import msgspec

from motivtui.analysis.asked import Asked
from motivtui.analysis.needs import Need, lacking
from motivtui.analysis.questions import Ask, Cancel, Failed, Look, Question
from motivtui.analysis.reasons import COLUMNS as REASON_COLUMNS
from motivtui.analysis.reasons import rationales_of
from motivtui.analysis.run_table import RunTable
from motivtui.analysis.views import VIEWS, View
from motivtui.errors import MotivError, UsageError
from motivtui.stats.preset import Preset
from motivtui.stats.rationales import Rationale
from motivtui.store.connection import Reader, open_reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_queries import find_run, run_record
from motivtui.wire.encoding import line_of
from motivtui.wire.lines import Lines
from motivtui.wire.problems import problem_of

NICENESS = 15
"""The console comes first, then its engine, then this."""
KEPT_TABLES = 2
"""Runs whose tables stay in memory: the one that is looked at and the one that goes on."""
_ENDS_WITHIN_S = 2.0
_READ_BYTES = 64 * 1024
_question = msgspec.json.Decoder(Question)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Answer until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser(prog="python -m motivtui.analysis", description="The console's statistics.")
    parser.add_argument("--db", type=Path, required=True, help="the database")
    options = parser.parse_args(arguments)
    with suppress(OSError):
        os.nice(NICENESS)
    answers_to = os.dup(1)
    os.dup2(2, 1)  # whatever else prints does not stand between the answers
    desk = Desk(options.db)
    inbox: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_read, args=(desk, inbox), name="motivtui-questions", daemon=True).start()
    while (line := inbox.get()) is not None:
        answer = desk.answer(line)
        if answer is not None and not _written(answers_to, answer):
            break
    desk.close()
    sys.exit(0)


def _read(desk: Desk, inbox: SimpleQueue[bytes | None]) -> None:
    """Hand on every line; a cancelled question and the end break off what is being read."""
    lines = Lines()
    while data := os.read(0, _READ_BYTES):
        for line in lines.feed(data):
            if line is not None and not desk.cancelled(line):
                inbox.put(line)
    timer = threading.Timer(_ENDS_WITHIN_S, os._exit, (0,))
    timer.daemon = True
    timer.start()
    desk.break_off()
    inbox.put(None)


def _written(descriptor: int, data: bytes) -> bool:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError:
        return False
    return True


class Desk:
    """Answers lines. `cancelled` and `break_off` may be called from another thread."""

    def __init__(self, db: Path) -> None:
        """The database is opened at the first question: it may not be there before."""
        self._db = db
        self._reader: Reader | None = None
        self._tables: OrderedDict[str, RunTable] = OrderedDict()
        self._answers: dict[tuple[str, str, Preset], tuple[int, tuple[Any, ...]]] = {}
        self._lock = threading.Lock()
        self._current: int | None = None
        self._last = 0
        self._dropped: set[int] = set()

    def answer(self, line: bytes) -> bytes | None:
        """The line that answers a line; None: nobody wants to know any more."""
        try:
            question = _question.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return line_of(Failed(id=None, error=problem_of(UsageError(f"no question: {error}"))))
        if isinstance(question, Cancel):
            return None
        with self._lock:
            is_dropped = question.id in self._dropped
            self._dropped.discard(question.id)
            self._last = question.id
            self._current = None if is_dropped else question.id
        if is_dropped:
            return None
        try:
            return line_of(self._look(question))
        except MotivError as error:
            return line_of(Failed(id=question.id, error=problem_of(error)))
        except Exception as error:  # noqa: BLE001 (one view that fails must not take the others with it)
            problem = MotivError(
                f"{question.view} could not be computed: {type(error).__name__}: {error}",
                hint="This is a bug; the other views are not touched by it.",
            )
            return line_of(Failed(id=question.id, error=problem_of(problem)))
        finally:
            with self._lock:
                self._current = None

    def cancelled(self, line: bytes) -> bool:
        """Whether the line was a cancellation; then it is in force."""
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            question = _question.decode(line)
            if isinstance(question, Cancel):
                with self._lock:
                    if question.id > self._last:
                        self._dropped.add(question.id)
                    elif self._current == question.id and self._reader is not None:
                        self._reader.interrupt()
                return True
        return False

    def break_off(self) -> None:
        """Nobody waits for anything any more."""
        with self._lock:
            if self._reader is not None:
                self._reader.interrupt()

    def close(self) -> None:
        """Close the database."""
        if self._reader is not None:
            self._reader.close()

    def _look(self, ask: Ask) -> Look[Any]:
        began = time.monotonic()
        view = VIEWS.get(ask.view)
        if view is None:
            raise UsageError(f"{ask.view!r} is no view", hint=f"There are {', '.join(VIEWS)}.")
        if self._reader is None:
            self._reader = open_reader(self._db)
        run = find_run(self._reader, ask.run)
        table = self._table(self._reader, run)
        asked = Asked(preset=ask.preset, rationales=self._rationales(self._reader, run, view))
        missing = lacking(table.table, asked, view.needs)
        results = () if missing else self._computed(table, view, asked)
        return Look(
            id=ask.id,
            run=run,
            name=str(run_record(self._reader, run)["name"]),
            version=table.version,
            trials=table.trials,
            ended=table.ended,
            seconds=time.monotonic() - began,
            results=results,
            lacking=missing,
        )

    def _rationales(self, reader: Reader, run: str, view: View[Any]) -> tuple[Rationale, ...]:
        """The reasons in the replies, where a view is about words."""
        if Need.REASONS not in view.needs:
            return ()
        return tuple(rationales_of(trial_rows(reader, run, columns=REASON_COLUMNS)))

    def _table(self, reader: Reader, run: str) -> RunTable:
        table = self._tables.pop(run, None)
        if table is None:
            table = RunTable(reader, run)
        else:
            table.refresh()
        self._tables[run] = table
        while len(self._tables) > KEPT_TABLES:
            gone, _ = self._tables.popitem(last=False)
            self._answers = {key: answer for key, answer in self._answers.items() if key[0] != gone}
        return table

    def _computed(self, table: RunTable, view: View[Any], asked: Asked) -> tuple[Any, ...]:
        key = (table.run, view.name, asked.preset)
        version, results = self._answers.get(key, (None, ()))
        if version != table.version:
            results = view.compute(table.table, asked)
            self._answers[key] = (table.version, results)
        return results
