"""Opening and closing the participants of a run; the local one for real."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from motivtui.errors import LocalEngineError
from motivtui.models.catalogue import resolve
from motivtui.models.client import Call, ModelClient, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.local import ensure_weights
from motivtui.models.local_client import LocalClient
from motivtui.models.participants import Participants
from motivtui.settings import Limits, Settings, read_settings
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.parameters import Parameters
from motivtui.study.response import Outcome, Response

BUILT_IN = "local/smollm2-135m"
SCRIPTED = Endpoint("scripted/steady", Kind.SCRIPTED, "x", "x", Parameters())
INSTRUMENT = Instrument("i", "I", Phase.PRE, "{task}", (Item("motivation", "motivation"),), 60, 40)


@pytest.fixture
def settings() -> Settings:
    """The real settings: the weights are cached where they always are."""
    return read_settings()


def call(endpoint: Endpoint, *, is_streamed: bool) -> Call:
    parameters = endpoint.defaults.as_record() | {"max_tokens": 60}
    messages = (("user", "How motivated are you to write a haiku?"),)
    return Call(messages, parameters, 5, INSTRUMENT.reply_schema(), is_streamed)


async def ask(client: ModelClient, *, is_streamed: bool = False) -> Response:
    return await client.complete(call(client.endpoint, is_streamed=is_streamed), Transcript())


def no_weights(name: str) -> tuple[Path, int]:
    raise AssertionError(f"nobody asked for {name}")


async def test_scripted_participants_need_no_litellm() -> None:
    async with Participants({"scripted/steady": SCRIPTED}, Limits(), no_weights, 1) as participants:
        assert (await ask(participants.clients["scripted/steady"])).outcome is Outcome.COMPLETE
    assert participants.clients == {}


async def test_a_model_that_does_not_start_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\x00" * 100)
    endpoint = Endpoint("local/broken", Kind.LOCAL, "openai/broken", "local/broken", Parameters())
    participants = Participants(
        {"scripted/steady": SCRIPTED, "local/broken": endpoint}, Limits(), lambda _: (broken, 512), 1
    )
    with pytest.raises(LocalEngineError):
        await participants.__aenter__()
    assert participants.clients == {}


@pytest.mark.local_model
async def test_the_built_in_model_answers_reproducibly_and_comes_back_when_it_died(settings: Settings) -> None:
    def weights(name: str) -> tuple[Path, int]:
        return ensure_weights(settings.models_folder, settings.data_folder, name), 2048

    endpoints = {BUILT_IN: resolve(BUILT_IN, settings)}
    async with Participants(endpoints, settings.limits, weights, 1) as participants:
        client = participants.clients[BUILT_IN]
        assert isinstance(client, LocalClient)
        first = await ask(client, is_streamed=True)
        assert first.outcome is Outcome.COMPLETE, first
        assert first.cost_usd == 0
        assert first.effective["top_k"] == 40
        assert first.time_to_first_token_ms is not None
        pid = client.engine_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while client.engine_pid == pid:
            await asyncio.sleep(0.01)
        again = await ask(client)
        assert again.text == first.text, "the same seed, the same words"
        assert client.engine_pid not in (None, pid)
    assert client.engine_pid is None
