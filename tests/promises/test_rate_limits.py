"""A storm of 429: at most one probe a window, everything is done in the end, and no other lane notices."""

from __future__ import annotations

from itertools import pairwise

from motivtui.runner import RunEnded
from motivtui.settings import Limits
from tests.faults.request_log import Received
from tests.promises.conftest import Bench, Size
from tests.runner.conftest import NONE

PATIENT = Limits(first_byte_s=30, idle_s=30, total_s=60)
OTHER = "ok:latency=0.4@other"


def rate(requests: list[Received]) -> float:
    """Answers a second, from the first request to the last answer."""
    ended = [one.ended_at for one in requests if one.ended_at is not None]
    return len(ended) / (max(ended) - min(one.at for one in requests))


def of_lane(bench: Bench, model: str) -> list[Received]:
    return [one for one in bench.server.requests if one.model == model.partition("@")[0]]


async def test_a_storm_of_429(bench: Bench, size: Size) -> None:
    trials, calls, wait, seconds = size.of(120, 500), size.of(16, 32), size.of(1, 2), size.of(6, 60)
    storm = f"storm:{seconds}:429:retry_after={wait}:latency=0.02@storm"
    others = size.of(160, 1000)
    # The other lane alone first: the same trials, the same machine.
    alone = bench.create([OTHER], tasks=others, manipulations=(NONE,))
    await bench.carry_out(alone, [OTHER], bench.options(calls), limits=PATIENT)
    rate_alone = rate(of_lane(bench, OTHER))
    bench.server.requests.clear()

    both = bench.create([storm, OTHER], tasks=trials, manipulations=(NONE,))
    events = await bench.carry_out(both, [storm, OTHER], bench.options(calls), limits=PATIENT)
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states == {"complete": 2 * trials}
    requests = of_lane(bench, storm)
    refused = [one for one in requests if one.status == 429]
    first = refused[0].at
    probes = [one for one in refused if one.at - first >= wait]
    assert len(refused) - len(probes) <= calls, "the first wave is what was under way"
    gaps = [later.at - earlier.at for earlier, later in pairwise(probes)]
    assert all(gap >= wait for gap in gaps), gaps
    assert len(probes) <= seconds / wait
    share = rate(of_lane(bench, OTHER)) / rate_alone
    print(  # noqa: T201 (the figure)
        f"\n{seconds} s of 429 with Retry-After {wait}: {len(refused) - len(probes)} refused at first, then "
        f"{len(probes)} probes in {seconds / wait:.0f} windows, the closest {min(gaps, default=0):.2f} s apart; "
        f"{trials}/{trials} complete; the other lane at {share:.0%} of its rate alone"
    )
    assert share >= 0.7
    assert bench.all("SELECT count(*) FROM response WHERE is_final AND error_kind = 'rate_limit'") == [(0,)]
