"""One pass of a local model: which token would come next, and how probable each is. Samples nothing that is kept."""

from __future__ import annotations

from collections.abc import Sequence

from motivtui.models.endpoint import Endpoint
from motivtui.models.litellm_door.loading import load_litellm
from motivtui.models.token_probabilities import Alternatives, alternatives

_TOP = 200
"""Tokens to ask for: ten digits among them, whatever else the model would rather write. llama.cpp gives up to 500."""


async def next_tokens(
    endpoint: Endpoint, messages: Sequence[tuple[str, str]], beginning: str, within_s: float
) -> Alternatives:
    """What may follow the `beginning` of a reply to `messages`; the raw softmax, whatever the sampler.

    Only for an endpoint that takes a trailing assistant message for the reply's beginning (llama.cpp). Empty: it could
    not be asked. Raises only asyncio.CancelledError.
    """
    spoken = [{"role": role, "content": text} for role, text in (*messages, ("assistant", beginning))]
    try:
        answer = await load_litellm().acompletion(
            model=endpoint.wire_model,
            messages=spoken,
            api_base=endpoint.api_base,
            api_key=endpoint.api_key.reveal() if endpoint.api_key else "none",
            max_retries=0,
            timeout=within_s,
            max_tokens=1,
            logprobs=True,
            top_logprobs=_TOP,
            # All passes of a trial share the prompt. What is cached is not used for any written reply.
            extra_body={"cache_prompt": True},
        )
        entries = answer.choices[0].logprobs.content
        return alternatives(entries[0]) if len(entries) == 1 else ()
    except Exception:  # noqa: BLE001 (whatever it was: there is no second measure then, and the reply stands)
        return ()
