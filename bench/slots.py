"""A local model that answers several trials at once: self-reports a second with 1, 2, 4 and 8 slots, in one run.

More slots share the same core, so they can only save what the model's weights cost to read: measure before believing.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.local import ensure_weights
from motivtui.models.local.engine import LocalEngine, default_threads
from motivtui.models.local_client import LocalClient
from motivtui.settings import Limits, read_settings
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.response import Outcome

SLOTS = (1, 2, 4, 8)
CALLS = 24
ROUNDS = 2
NAME = "smollm2-135m"
PROMPT = "How motivated are you to write a haiku? Reply with a number from 1 to 100 and a reason in one short sentence."
SCHEMA = {
    "type": "object",
    "properties": {
        "motivation": {"type": "integer", "minimum": 1, "maximum": 100},
        "reason": {"type": "string", "maxLength": 160},
    },
    "required": ["motivation", "reason"],
    "additionalProperties": False,
}


def main() -> None:
    """Every number of slots in turn, several rounds, medians."""
    settings = read_settings()
    weights = ensure_weights(settings.models_folder, settings.data_folder, NAME, lambda _done, _total: None)
    results: dict[int, list[tuple[float, float]]] = {slots: [] for slots in SLOTS}
    for _ in range(ROUNDS):
        for slots in SLOTS:
            results[slots].append(asyncio.run(_measure(weights, slots)))
    print(f"slots: {CALLS} self-reports of the built-in model, {default_threads()} threads, median of {ROUNDS} rounds")
    base = statistics.median(rate for rate, _ in results[1])
    for slots, pairs in results.items():
        rate = statistics.median(rate for rate, _ in pairs)
        latency = statistics.median(seconds for _, seconds in pairs)
        print(f"  {slots} slots  {rate:5.2f} calls/s  {rate / base:5.0%} of one slot  {latency:5.1f} s a call")


async def _measure(weights: Path, slots: int) -> tuple[float, float]:
    from motivtui.models.litellm_door.loading import close_connections, open_connections

    parameters = Parameters(Decoding.SCHEMA, 0.8, 0.95, 120, {"top_k": 40, "min_p": 0.05, "cache_prompt": False})
    endpoint = Endpoint(f"local/{NAME}", Kind.LOCAL, f"openai/{NAME}", "local", parameters, max_concurrency=slots)
    engine = LocalEngine(weights, NAME, threads=default_threads(), slots=slots)
    client = LocalClient(endpoint, engine, Limits())
    await open_connections()
    await engine.start()
    seconds: list[float] = []
    left = iter(range(CALLS))

    async def worker() -> None:
        for seed in left:
            began = time.perf_counter()
            call = Call((("user", PROMPT),), parameters.as_record(), seed, SCHEMA, is_streamed=False)
            response = await client.complete(call, Transcript())
            if response.outcome is not Outcome.COMPLETE:
                raise RuntimeError(f"not a good answer: {response.error}")
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(slots)))
    rate = CALLS / (time.perf_counter() - began)
    await client.aclose()
    await close_connections()
    return rate, statistics.median(seconds)


if __name__ == "__main__":
    main()
