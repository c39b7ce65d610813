"""Errors are counted, two processes do not disturb each other, secrets stay out: by the real command."""

from __future__ import annotations

import os
import signal

import pytest

from motivtui.cli.main import run
from tests.faults.process import FaultProcess
from tests.promises.conftest import Size
from tests.promises.laboratory import Forker, Laboratory

CANARY = "sk-canary-4711-b0a7"


def test_a_dead_server_is_an_error_and_every_trial_a_row(laboratory: Laboratory, forker: Forker) -> None:
    laboratory.configure("http://127.0.0.1:9/v1", retries=0)
    code = forker.motiv("run", "--limit", "30", "-c", "none,money", "-n", "1", "-m", "faults/x", "--yes")
    assert code == 1
    assert "0/60 complete" in forker.said()
    rows = laboratory.rows("SELECT value, status, state, error_kind FROM trial_scores")
    assert rows == [(None, "error", "error", "connection")] * 60
    print(f"\na dead server: exit {code}, 0/60 complete, {len(rows)} rows with the error, 0 scores")  # noqa: T201


def test_two_processes_at_work_on_one_database(laboratory: Laboratory, size: Size) -> None:
    """Two runs, a reader and exports, all at once."""
    tasks, repeats = size.of(50, 100), size.of(3, 10)
    laboratory.config.write_text("", encoding="utf-8")
    assert laboratory.motiv("probe", "x", "-m", "scripted/steady").returncode == 0
    begin = ["run", "-m", "scripted/steady", "-c", "none,money", "--limit", str(tasks), "-n", str(repeats), "--yes"]
    runs = [laboratory.start(*begin, "--seed", str(seed)) for seed in (1, 2)]
    exports = reads = 0
    said = b""
    while any(one.poll() is None for one in runs):
        target = laboratory.folder / f"{exports}.csv"
        done = laboratory.motiv("export", "-o", str(target))
        assert done.returncode == 0, done.stderr
        said += done.stderr.encode()
        exports += 1
        for _ in range(20):
            reads += len(laboratory.rows("SELECT count(*) FROM trial_scores"))
    for started in runs:
        _, narration = started.communicate()
        assert started.returncode == 0, narration
        said += narration
    assert b"locked" not in said
    each = 2 * tasks * repeats
    finals = laboratory.rows(
        "SELECT run, count(*) FROM trial_state WHERE state = 'complete' GROUP BY run HAVING count(*) > 10"
    )
    assert [count for _, count in finals] == [each, each]
    print(  # noqa: T201 (the figure)
        f"\ntwo runs × {each} trials at once, {exports} exports and {reads} reads meanwhile: 0 locked"
    )


def test_resuming_a_running_run_is_refused_and_names_the_process(
    laboratory: Laboratory, forker: Forker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with FaultProcess(laboratory.folder) as server:
        laboratory.configure(server.api_base, first_byte_s=20.0)
        pid = forker.start(
            "run", "--limit", "20", "-c", "none,money", "-n", "1", "-m", "faults/hang", "--yes", "-j", "2"
        )
        server.until(lambda requests: len(requests) >= 2)
        for name, value in laboratory.environment.items():
            monkeypatch.setenv(name, value)
        code = run(["resume"])
        os.kill(pid, signal.SIGKILL)
        assert forker.code() == -signal.SIGKILL
    assert code == 3
    assert str(pid) in capsys.readouterr().err
    print(f"\nresume of a running run: exit {code}, process {pid} named")  # noqa: T201 (the figure)


FAULTS = (
    "status:500", "status:400", "flaky:1:429", "quota", "context", "html", "cut:eof", "cut:rst", "error_event:2",
    "redirect", "hang", "ok",
)  # fmt: skip


def test_a_key_shows_nowhere(laboratory: Laboratory, forker: Forker) -> None:
    """Through every kind of failure, in our process and in one of the calls' own."""
    laboratory.environment["FAULTS_KEY"] = CANARY
    found: list[str] = []
    with FaultProcess(laboratory.folder) as server:
        names = [f"lane{number}" for number in range(len(FAULTS) + 1)]
        laboratory.configure(
            server.api_base, *names, key="FAULTS_KEY", retries=0, first_byte_s=1.0, idle_s=1.0, total_s=2.0
        )
        models = [f"{name}/{fault}" for name, fault in zip(names, ("echo_key", *FAULTS), strict=True)]
        for way in (["--processes", "0"], ["--processes", "1", "--stream"]):
            code = forker.motiv("run", "--limit", "1", "-c", "none", "-n", "1", "--yes", *way, "-m", ",".join(models))
            assert code == 4, "lanes of refused keys have stopped"
        for more in (["runs", "--json"], ["trials", "latest", "--json"], ["doctor"], ["export", "-o", "all.csv"]):
            forker.motiv(*(str(laboratory.folder / one) if one.endswith(".csv") else one for one in more))
        calls = server.calls()
    met = {(one.model, bool(one.body and one.body.get("stream"))) for one in calls}
    assert len(met) == 2 * len(models), "every kind was really met, in one piece and as a stream"
    assert all(one.authorization for one in calls), "the key was sent each time"
    kinds = laboratory.rows("SELECT DISTINCT error_kind FROM response WHERE error_kind IS NOT NULL")
    for file in sorted(laboratory.folder.rglob("*")):
        if file.is_file():
            found += [str(file)] if CANARY.encode() in file.read_bytes() else []
    assert found == []
    echoed = laboratory.rows("SELECT DISTINCT error_message FROM response WHERE error_message LIKE '%***%'")
    assert echoed, "the server did say the key, and it was cut out"
    files = [file for file in laboratory.folder.rglob("*") if file.is_file()]
    print(  # noqa: T201 (the figure)
        f"\na canary key through {len(FAULTS) + 1} kinds of answer, in our process and another: "
        f"{len(kinds)} kinds of error on record, "
        f"0 hits in {len(files)} files: database, log, exports, everything that was said"
    )
