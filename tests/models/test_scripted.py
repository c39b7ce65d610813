"""The scripted participants say the same to the same call, within the scales."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.scripted import SCRIPTS, ScriptedClient
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.parameters import Parameters

INSTRUMENT = Instrument(
    "i", "I", Phase.PRE, "{task}", (Item("motivation", "motivation"), Item("fear", "fear", 1, 7)), 99, 80
)


def client(script: str) -> ScriptedClient:
    return ScriptedClient(Endpoint(f"scripted/{script}", Kind.SCRIPTED, "x", "x", Parameters()))


def call(text: str, seed: int, *, is_streamed: bool = True) -> Call:
    return Call((("user", text),), {"decoding": "free", "max_tokens": 99}, seed, INSTRUMENT.reply_schema(), is_streamed)


@given(text=st.text(max_size=40), seed=st.integers(0, 2**31))
async def test_steady_keeps_to_the_scales(text: str, seed: int) -> None:
    response = await client("steady").complete(call(text, seed), Transcript())
    reply = json.loads(response.text)
    assert 1 <= reply["motivation"] <= 100
    assert 1 <= reply["fear"] <= 7


async def test_the_same_call_gets_the_same_reply_streamed_or_not() -> None:
    for script in SCRIPTS:
        first = await client(script).complete(call("a", 1), Transcript())
        second = await client(script).complete(call("a", 1, is_streamed=False), Transcript())
        assert first.text == second.text


async def test_another_seed_gives_another_score() -> None:
    replies = {(await client("steady").complete(call("a", seed), Transcript())).text for seed in range(10)}
    assert len(replies) > 1
