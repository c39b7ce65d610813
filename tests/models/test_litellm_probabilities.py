"""Token probabilities through litellm, streamed and whole; odd ones never cost the reply."""

from __future__ import annotations

from typing import Any

import pytest

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.litellm_door.client import LitellmClient
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Parameters
from motivtui.study.response import Outcome, Response
from tests.faults.server import FaultServer

BOTH = pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])


async def ask(server: FaultServer, model: str, *, is_streamed: bool, **parameters: Any) -> Response:
    endpoint = Endpoint(
        f"faults/{model}", Kind.CUSTOM, f"openai/{model}", "faults", Parameters(), server.api_base, Secret("sk-canary")
    )
    call = Call(
        (("user", "How motivated are you?"),),
        {"decoding": "free", "max_tokens": 60} | parameters,
        7,
        None,
        is_streamed,
    )
    return await LitellmClient(endpoint, Limits()).complete(call, Transcript())


@BOTH
async def test_they_are_asked_for_and_put_in_their_place(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "logprobs:numbers:score=85", is_streamed=is_streamed, top_logprobs=3)
    body = server.requests[0].body
    assert body is not None
    assert (body["logprobs"], body["top_logprobs"]) == (True, 3)
    assert (response.effective["logprobs"], response.effective["top_logprobs"]) == (True, 3)
    (choice,) = response.token_choices
    assert response.text[choice.start :].startswith("85")
    assert [token for token, _ in choice.alternatives] == ["85", "86", "87"]
    assert [mass for _, mass in choice.alternatives] == pytest.approx([0.5, 0.25, 0.125])


@BOTH
async def test_digits_are_choices_of_their_own(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "logprobs:digits:score=85", is_streamed=is_streamed, top_logprobs=3)
    assert [choice.token for choice in response.token_choices] == ["8", "5"]


@BOTH
async def test_they_are_not_asked_for_unless_wanted(server: FaultServer, is_streamed: bool) -> None:
    response = await ask(server, "logprobs:numbers:score=85", is_streamed=is_streamed)
    body = server.requests[0].body
    assert body is not None
    assert not {"logprobs", "top_logprobs"} & (set(body) | set(response.effective))
    assert response.token_choices == ()


@BOTH
@pytest.mark.parametrize(
    "model", ["logprobs:null", "logprobs:elsewhere", "logprobs:certain", "logprobs:nan", "score:85"]
)
async def test_what_cannot_be_believed_is_left_out(server: FaultServer, model: str, is_streamed: bool) -> None:
    response = await ask(server, f"{model}:text=I say 85", is_streamed=is_streamed, top_logprobs=3)
    assert (response.outcome, response.text, response.token_choices) == (Outcome.COMPLETE, "I say 85", ())


@BOTH
async def test_an_answer_that_litellm_cannot_read_is_an_error(server: FaultServer, is_streamed: bool) -> None:
    """Words for probabilities: litellm takes a whole answer for none, and drops the text of a stream without a word."""
    response = await ask(server, "logprobs:words:text=I say 85", is_streamed=is_streamed, top_logprobs=3)
    assert response.outcome is Outcome.ERROR
    assert response.error is not None
    assert response.token_choices == ()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("model", "is_known"), [("gpt-4o", True), ("anthropic/claude-sonnet-4-5", False)])
def test_a_provider_that_does_not_know_them_is_not_sent_them(model: str, is_known: bool) -> None:
    client = LitellmClient(Endpoint(model, Kind.LITELLM, model, "x", Parameters()), Limits())
    call = Call((("user", "x"),), {"decoding": "free", "max_tokens": 9, "top_logprobs": 20}, 7, None, is_streamed=False)
    arguments = client._arguments(call)
    assert ("top_logprobs" in arguments, "logprobs" in arguments) == (is_known, is_known)
    assert ("top_logprobs" in client._effective(call, arguments)) is is_known
