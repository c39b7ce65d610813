"""Processes: killed at any moment, or two at work on one file."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path

from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.store import Store
from tests.store.conftest import Start
from tests.store.samples import planned, rows, small_study

KILLS = 20


def _read_lines(child: subprocess.Popen[str], most: int | None = None) -> list[str]:
    """The next lines that the child says, all that are left by default; a line cut short by its end does not count."""
    assert child.stdout is not None
    lines: list[str] = []
    while most is None or len(lines) < most:
        line = child.stdout.readline()
        if not line:
            break
        if line.endswith("\n"):
            lines.append(line.rstrip("\n"))
    return lines


def _go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def test_kill_minus_nine_loses_nothing_that_was_acknowledged(db: Path, start: Start) -> None:
    with Store(db) as store:
        run = planned(store, small_study(tasks=40, repeats=10))  # 2,400 trials: more than can be done before the end
    chance = random.Random(1)
    acknowledged: Counter[tuple[str, int]] = Counter()
    following = start("write", str(db), run)
    for _ in range(KILLS):
        child, following = following, start("write", str(db), run)  # the next one gets ready meanwhile
        _go(child)
        lines = _read_lines(child, chance.randrange(1, 250))
        child.kill()
        lines += _read_lines(child)
        assert child.wait(20) == -9, child.stderr.read() if child.stderr else ""
        acknowledged.update((kind, int(trial)) for kind, trial in (line.split() for line in lines))
        kept = {
            "attempt": {trial for (trial,) in rows(db, "SELECT DISTINCT trial FROM attempt")},
            "response": {trial for (trial,) in rows(db, "SELECT trial FROM response WHERE is_final")},
            "score": {trial for (trial,) in rows(db, "SELECT trial FROM score GROUP BY trial HAVING count(*) = 2")},
        }
        for kind, trial in acknowledged:
            assert trial in kept[kind], (kind, trial)
        assert integrity_problems(db) == []  # foreign keys among them: no score without its response
    answered = [trial for kind, trial in acknowledged if kind == "response"]
    assert len(answered) > 10 * KILLS
    assert all(acknowledged["response", trial] == 1 for trial in answered)  # never asked again
    reader = open_reader(db)
    try:
        open_now = {one.id for one in queries.open_trials(reader, run)}
        assert len(list(queries.trial_rows(reader, run))) == 4800
    finally:
        reader.close()
    assert open_now.isdisjoint(answered)
    assert open_now


def test_two_writers_and_a_reader_do_not_lock_each_other_out(db: Path, start: Start) -> None:
    with Store(db) as store:
        runs = [planned(store, small_study(tasks=25, name=name)) for name in ("one", "two")]  # 300 trials each
    children = [start("write", str(db), run) for run in runs]
    for child in children:
        _go(child)
    exports = 0
    while any(child.poll() is None for child in children):
        reader = open_reader(db)
        try:
            assert len(list(queries.trial_rows(reader, None))) == 1200
            queries.run_summaries(reader)
        finally:
            reader.close()
        exports += 1
    for child in children:
        said, complaints = child.communicate()
        assert (child.returncode, complaints) == (0, "")
        assert len(said.splitlines()) == 900
    assert exports > 2
    reader = open_reader(db)
    try:
        assert [queries.state_counts(reader, run) for run in runs] == [{"complete": 300}] * 2
        assert [len(queries.unscored_responses(reader, run, 1)) for run in runs] == [0, 0]
    finally:
        reader.close()
    assert rows(db, "SELECT count(*) FROM score") == [(1200,)]
    assert integrity_problems(db) == []
