"""The built-in model's expanded scores: against an exact enumeration, and without any effect on what it writes."""

from __future__ import annotations

import asyncio
import json
import math
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from motivtui.materials import load_materials
from motivtui.models.catalogue import resolve
from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint
from motivtui.models.litellm_door.loading import close_connections, open_connections
from motivtui.models.local import ensure_weights
from motivtui.models.local.engine import Address, LocalEngine
from motivtui.models.local_client import LocalClient
from motivtui.settings import Limits, read_settings
from motivtui.study.instrument import Instrument
from motivtui.study.prompt import compose
from motivtui.study.response import Outcome, Response
from motivtui.study.token_score import from_masses

BUILT_IN = "local/smollm2-135m"
TASKS = ("taste-this.1", "taste-this.2")
pytestmark = pytest.mark.local_model


@dataclass
class Local:
    """The built-in model, running."""

    client: LocalClient
    engine: LocalEngine
    endpoint: Endpoint

    async def ask(self, call: Call) -> Response:
        return await self.client.complete(call, Transcript())

    def call(self, instrument: Instrument, task: str, seed: int, **parameters: Any) -> Call:
        library = load_materials()
        messages = compose(instrument, library.tasks[task], library.manipulations["none"], 1)
        spoken = tuple((message.role, message.text) for message in messages)
        wanted = self.endpoint.defaults.as_record() | {"max_tokens": 40} | parameters
        return Call(spoken, wanted, seed, instrument.reply_schema(), is_streamed=False)


@pytest.fixture
async def local() -> AsyncIterator[Local]:
    settings = read_settings()
    weights = ensure_weights(settings.models_folder, settings.data_folder, BUILT_IN.partition("/")[2])
    endpoint = resolve(BUILT_IN, settings)
    engine = LocalEngine(weights, "smollm2-135m", threads=1, n_ctx=2048)
    client = LocalClient(endpoint, engine, Limits())
    await open_connections()
    yield Local(client, engine, endpoint)
    await client.aclose()
    await close_connections()


def exact_masses(address: Address, call: Call, item: str) -> dict[int, float]:
    """All 100 numbers, each digit for digit and with its end, by 101 plain requests of our own."""
    told: dict[str, dict[str, float]] = {}

    def after(digits: str) -> dict[str, float]:
        if digits not in told:
            spoken = [*call.messages, ("assistant", f'{{"{item}": {digits}')]
            body = {
                "messages": [{"role": role, "content": text} for role, text in spoken],
                "max_tokens": 1,
                "logprobs": True,
                "top_logprobs": 500,
                "cache_prompt": True,
            }
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {address.api_key.reveal()}"}
            asked = urllib.request.Request(f"{address.api_base}/chat/completions", json.dumps(body).encode(), headers)  # noqa: S310
            with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310 - loopback
                (place,) = json.load(reply)["choices"][0]["logprobs"]["content"]
            told[digits] = {one["token"]: math.exp(one["logprob"]) for one in place["top_logprobs"]}
        return told[digits]

    masses = {}
    for number in range(1, 101):
        digits = str(number)
        mass = 1 - sum(each for token, each in after(digits).items() if token[:1].isdecimal())
        for place, digit in enumerate(digits):
            mass *= after(digits[:place]).get(digit, 0.0)
        masses[number] = mass
    return masses


@pytest.mark.parametrize("task", TASKS[:1])
async def test_it_agrees_with_the_exact_enumeration(local: Local, task: str) -> None:
    """Whether a two-digit number ends is not asked (11 passes, not 101): a few points of mass more than exact."""
    instrument = load_materials().instruments["pre-self-report"]
    call = local.call(instrument, task, 5, top_logprobs=20)
    response = await local.ask(call)
    assert response.effective["token_passes"] == 11
    (score,) = response.token_scores
    masses = await asyncio.to_thread(exact_masses, await local.engine.start(), call, instrument.items[0].name)
    exact = from_masses(score.item, masses, "expanded")
    assert exact is not None
    assert exact.covered_mass - 1e-3 <= score.covered_mass <= exact.covered_mass + 0.08
    assert score.expected == pytest.approx(exact.expected, abs=1.5)
    assert score.sd == pytest.approx(exact.sd, abs=1.5)


async def test_what_is_written_is_the_same_with_and_without(local: Local) -> None:
    instrument = load_materials().instruments["pre-self-report"]
    trials = [(TASKS[seed % 2], seed) for seed in range(4)]
    plain = [(await local.ask(local.call(instrument, task, seed))).text for task, seed in trials]
    asked = [await local.ask(local.call(instrument, task, seed, top_logprobs=20)) for task, seed in trials]
    assert [response.text for response in asked] == plain
    assert all(response.token_scores for response in asked)
    assert len(set(plain)) > 2, "seeds that all say the same would show nothing"


async def test_several_items_come_one_after_the_other(local: Local) -> None:
    instrument = load_materials().instruments["pre-breakdown"]
    response = await local.ask(local.call(instrument, TASKS[0], 5, top_logprobs=20, max_tokens=200))
    assert [score.item for score in response.token_scores] == [item.name for item in instrument.items]


async def test_a_model_that_goes_away_before_the_passes_costs_no_trial(local: Local) -> None:
    instrument = load_materials().instruments["pre-self-report"]
    call = local.call(instrument, TASKS[0], 5, top_logprobs=20)
    began = asyncio.Event()
    transcript = Transcript(on_text=lambda _: began.set())
    answer = asyncio.create_task(local.client.complete(call, transcript))
    await began.wait()  # the whole reply is there, the passes are not
    await local.engine.stop()
    response = await answer
    assert response.outcome is Outcome.COMPLETE
    assert response.text == transcript.text
    assert response.token_scores == ()


async def test_nothing_is_expanded_unless_asked_for(local: Local) -> None:
    instrument = load_materials().instruments["pre-self-report"]
    response = await local.ask(local.call(instrument, TASKS[0], 5))
    assert response.token_scores == ()
    assert response.token_choices == ()
    assert "token_passes" not in response.effective
