"""kill −9 at any moment loses nothing that was committed and repeats nothing that has its result."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

from tests.faults.process import FaultProcess
from tests.promises.conftest import Size
from tests.promises.laboratory import Forker, Laboratory

CONCURRENCY = 8
UNKNOWN = """
SELECT trial.seed, count(*) FROM attempt JOIN trial ON trial.id = attempt.trial
LEFT JOIN response ON response.trial = attempt.trial AND response.attempt = attempt.number
WHERE response.trial IS NULL GROUP BY trial.seed
"""
AFTER_A_RESULT = """
SELECT count(*) FROM attempt JOIN response
ON response.trial = attempt.trial AND response.is_final AND response.attempt < attempt.number
"""
KILLED = "SELECT count(*) FROM session WHERE id NOT IN (SELECT session FROM session_end)"


def test_kill_9_loses_and_repeats_nothing(laboratory: Laboratory, forker: Forker, size: Size) -> None:
    """The server's log says what was paid."""
    kills, planned, chance = size.of(25, 200), size.of(600, 2000), random.Random(11)
    with FaultProcess(laboratory.folder) as server:
        laboratory.configure(server.api_base, first_byte_s=20.0)
        begin = ["run", "--limit", "100", "-c", "none,money", "-n", str(planned // 200), "--yes"]
        pid = forker.start(*begin, "-m", "faults/score:85:latency=0.03", "-j", str(CONCURRENCY))
        for _ in range(kills):
            wanted = len(server.requests()) + chance.randint(1, 8)
            server.until(lambda requests, wanted=wanted: len(requests) >= wanted)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.04))
            os.kill(pid, signal.SIGKILL)
            assert forker.code() == -signal.SIGKILL
            pid = forker.start("resume", "-j", str(CONCURRENCY))
        assert forker.code() == 0, forker.said()[-2000:]
        assert server.complaints() == ""
        calls = Counter(call.body["seed"] for call in server.calls() if call.body)
    finals = laboratory.rows("SELECT trial, count(*) FROM response WHERE is_final GROUP BY trial")
    assert len(finals) == planned == len(calls)
    assert {count for _, count in finals} == {1}
    assert laboratory.rows("SELECT count(DISTINCT trial) FROM score WHERE value = 85") == [(planned,)]
    assert laboratory.rows(AFTER_A_RESULT) == [(0,)], "nothing was sent again after its result"
    unknown = dict(laboratory.rows(UNKNOWN))
    for seed, count in calls.items():
        assert count - 1 <= unknown.get(seed, 0), "each repeated call stands beside an attempt of unknown end"
    assert max(Counter(unknown).total(), 0) <= 2 * CONCURRENCY * kills
    assert laboratory.rows(KILLED) == [(kills,)]
    assert laboratory.rows("PRAGMA integrity_check") == [("ok",)]
    repeats = calls.total() - planned
    print(  # noqa: T201 (the figure)
        f"\n{kills} kills over {planned} trials: {len(finals)} final rows, each once; {repeats} calls repeated, "
        f"{Counter(unknown).total()} attempts unknown, 0 calls after a committed result"
    )
