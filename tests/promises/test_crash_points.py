"""Every crash point: killed at the Kth write of the database, out of space at it, a disk that cannot flush.

strace puts the fault into the system call itself, in a program that says what it takes to be on the disk.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from motivtui.store.connection import integrity_problems
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.task import Task
from tests.promises.acknowledging import MODEL, carry_out
from tests.promises.conftest import Size
from tests.promises.laboratory import ROOT, rows
from tests.runner.conftest import INSTRUMENT, NONE

TRIALS = 60
KILLED, FULL, BROKEN = "signal=KILL", "error=ENOSPC", "error=EIO"


def can_inject() -> bool:
    """Whether strace is here and may look into a process."""
    if shutil.which("strace") is None:
        return False
    trial = ["strace", "-f", "-qq", "-e", "trace=none", sys.executable, "-c", ""]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_inject(), reason="strace is not here, or may not look into a process")


def planned(db: Path) -> str:
    """A run of scripted participants that nobody has begun."""
    tasks = tuple(Task(f"t.{number}", "f", ("c",), f"Task {number}") for number in range(TRIALS))
    study = Study("crash", 1, (MODEL,), tasks, (NONE,), (INSTRUMENT,), 1)
    with Store(db) as store:
        return store.create_run(RunRecord(study, "study", {}), expand(study))


def injured(folder: Path, run: str, call: str, fault: str, when: str) -> tuple[int, list[str]]:
    """Carry the run out with a fault in a system call. Returns the exit code and what the program said."""
    log = folder / "strace.log"
    command = ["strace", "-f", "-o", str(log)]  # with --seccomp-bpf it would inject nothing
    command += ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={when}"]
    program = [sys.executable, "-m", "tests.promises.acknowledging", "runs.db", run, "locks"]
    done = subprocess.run(
        command + program,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    traced = log.read_text(encoding="utf-8", errors="replace")
    assert "(INJECTED)" in traced or "killed by SIGKILL" in traced, "the fault did not happen"
    return done.returncode, [line for line in done.stdout.split("\n")[:-1] if line]


def missing(db: Path, said: list[str]) -> list[str]:
    """What the program took to be on the disk and is not there."""
    responses = rows(db, "SELECT 'response ' || ordinal FROM response JOIN trial ON trial.id = trial WHERE is_final")
    scores = rows(db, "SELECT DISTINCT 'scores ' || ordinal FROM score JOIN trial ON trial.id = trial")
    return sorted(set(said) - {line for (line,) in responses + scores})


def resumed(folder: Path, run: str) -> None:
    """The run is done to its end by a process without faults, each trial once."""
    with Store(folder / "runs.db") as store:
        assert asyncio.run(carry_out(store, run, folder / "locks", lambda _: None)) == "finished"
    finals = rows(folder / "runs.db", "SELECT count(*), count(DISTINCT trial) FROM response WHERE is_final")
    assert finals == [(TRIALS, TRIALS)]
    assert rows(folder / "runs.db", "SELECT state, count(*) FROM trial_state GROUP BY 1") == [("complete", TRIALS)]
    assert rows(folder / "runs.db", "SELECT count(DISTINCT trial) FROM score") == [(TRIALS,)]


POINTS = [
    ("pwrite64", KILLED, "{}", 10, 150),
    ("fdatasync", KILLED, "{}", 3, 40),
    ("pwrite64", FULL, "{}", 3, 50),
    ("pwrite64", FULL, "{}..+40", 2, 25),
    ("fdatasync", BROKEN, "{}", 3, 25),
]


@pytest.mark.parametrize(("call", "fault", "when", "few", "many"), POINTS, ids=str)
def test_every_crash_point(tmp_path: Path, size: Size, call: str, fault: str, when: str, few: int, many: int) -> None:
    codes: Counter[int] = Counter()
    acknowledged = 0
    for number in range(size.of(few, many)):
        point = 1 + (number if size is Size.FULL else number * many // few)
        folder = tmp_path / str(point)
        folder.mkdir()
        run = planned(folder / "runs.db")
        first, _, span = when.partition("..+")
        place = first.format(point) + (f"..{point + int(span)}" if span else "")
        code, said = injured(folder, run, call, fault, place)
        codes[code] += 1
        acknowledged += len(said)
        assert missing(folder / "runs.db", said) == [], point
        assert integrity_problems(folder / "runs.db") == [], point
        resumed(folder, run)
        shutil.rmtree(folder)
    print(  # noqa: T201 (the figure)
        f"\n{call} {fault} at {codes.total()} points: 0 of {acknowledged} acknowledged rows lost, 0 integrity "
        f"failures, all resumed; exit codes {dict(codes)}"
    )
    if fault == KILLED:
        assert codes.keys() == {-9}, codes
    else:
        assert codes.keys() <= {0, 4, 5}, codes
