"""The analysis process as a real child: what it answers, that it dies well, and that it is started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motivtui.analysis.client import AnalysisLostError, AnalystClient
from motivtui.analysis.questions import Look
from motivtui.analysis.views import CHOICES, MANIPULATIONS, MEANS, OVERVIEW, STATUSES, VIEWS
from motivtui.errors import DatabaseError, UsageError
from motivtui.stats.manipulations import ManipulationEffect
from motivtui.stats.table import score_table
from motivtui.store.connection import open_reader
from motivtui.store.flat_rows import trial_rows
from tests.analysis.simulated import SCALE, Simulation, simulated, study

HOSTILE = "m\x1b[31m\u202e[b]x[/b]\n😀"


@pytest.fixture
async def analyst(tmp_path: Path) -> AsyncIterator[AnalystClient]:
    client = AnalystClient(tmp_path / "runs.db")
    yield client
    await client.close()


def run_of(tmp_path: Path, families: int = 6) -> str:
    return simulated(tmp_path / "runs.db", study(families=families))


async def test_every_view_is_what_stats_computes(tmp_path: Path, analyst: AnalystClient) -> None:
    run = run_of(tmp_path)
    reader = open_reader(tmp_path / "runs.db")
    table = score_table(trial_rows(reader, run))
    reader.close()
    for view in VIEWS.values():
        look: Look[object] = await analyst.ask(run, view)
        assert look.results == view.compute(table), view.name
        assert (look.run, look.name, look.trials, look.ended) == (run, "simulated", look.trials, look.trials)
        assert not look.is_interim


async def test_golden_effects(tmp_path: Path, analyst: AnalystClient) -> None:
    """The simulation's own effects lie in the intervals: 20 families, futility −14, encourage +9."""
    run_of(tmp_path, families=20)
    look = await analyst.ask("latest", MANIPULATIONS)
    found = {(one.model, one.manipulation): one for one in look.results}
    for model in {one.model for one in look.results}:
        for name, effect in (("futility", -14), ("encourage", 9)):
            result = found[model, name]
            assert isinstance(result, ManipulationEffect)
            difference = result.difference
            assert difference is not None
            assert difference.low is not None
            assert difference.high is not None
            assert difference.low < effect < difference.high
    choices = (await analyst.ask("latest", CHOICES)).results
    assert {one.manipulation for one in choices} == {one.manipulation for one in look.results}


async def test_it_grows_with_its_run(tmp_path: Path, analyst: AnalystClient) -> None:
    growing = Simulation(tmp_path / "runs.db", study(families=3, instruments=(SCALE,)))
    nothing = await analyst.ask(growing.run, MEANS)
    assert (nothing.ended, nothing.is_interim) == (0, True)
    assert all(one.mean.value is None and one.mean.reason for one in nothing.results)
    growing.answer(30)
    some = await analyst.ask(growing.run, MEANS)
    assert (some.ended, some.is_interim) == (30, True)
    assert 0 < sum(one.n for one in some.results) <= 30
    growing.answer()
    growing.end()
    whole = await analyst.ask(growing.run, MEANS)
    assert (whole.ended, whole.is_interim) == (whole.trials, False)
    assert nothing.version < some.version < whole.version


async def test_a_killed_process_is_started_again(tmp_path: Path, analyst: AnalystClient) -> None:
    run = run_of(tmp_path)
    await analyst.ask(run, OVERVIEW)
    first = analyst.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    asking = asyncio.create_task(analyst.ask(run, OVERVIEW))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(AnalysisLostError, match="gone"):
        await asking
    assert (await analyst.ask(run, OVERVIEW)).results
    assert analyst.pid not in (None, first)


async def test_one_that_does_not_answer_is_killed(tmp_path: Path, analyst: AnalystClient) -> None:
    run = run_of(tmp_path)
    await analyst.ask(run, OVERVIEW)
    first = analyst.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(AnalysisLostError, match="within"):
        await analyst.ask(run, OVERVIEW, within_s=0.05)
    assert (await analyst.ask(run, OVERVIEW)).results
    assert analyst.pid != first


async def test_a_question_that_is_taken_back_leaves_the_others(tmp_path: Path, analyst: AnalystClient) -> None:
    run = run_of(tmp_path)
    first = asyncio.create_task(analyst.ask(run, MANIPULATIONS))
    second = asyncio.create_task(analyst.ask(run, STATUSES))
    while analyst.pid is None:
        await asyncio.sleep(0)
    first.cancel()
    assert (await second).results
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await analyst.ask(run, MANIPULATIONS)).results


async def test_errors_keep_their_class(tmp_path: Path, analyst: AnalystClient) -> None:
    with pytest.raises(DatabaseError, match="no such database"):
        await analyst.ask("latest", OVERVIEW)
    run_of(tmp_path)
    with pytest.raises(UsageError, match="no run"):
        await analyst.ask("zzz", OVERVIEW)
    assert (await analyst.ask("latest", OVERVIEW)).results


async def test_hostile_names_come_back_as_they_are(tmp_path: Path, analyst: AnalystClient) -> None:
    made = study(families=2, models=(HOSTILE,), manipulations=("none", "mo\x9bney"), instruments=(SCALE,), name=HOSTILE)
    simulated(tmp_path / "runs.db", made)
    look = await analyst.ask("latest", MEANS)
    assert look.name == HOSTILE
    assert {one.model for one in look.results} == {HOSTILE}
    assert {one.manipulation for one in look.results} == {"none", "mo\x9bney"}


async def test_it_ends_with_its_client(tmp_path: Path) -> None:
    client = AnalystClient(tmp_path / "runs.db")
    run_of(tmp_path)
    await client.ask("latest", OVERVIEW)
    pid = client.pid
    assert pid is not None
    await client.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(AnalysisLostError):
        await client.ask("latest", OVERVIEW)
