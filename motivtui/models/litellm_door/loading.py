"""Loading litellm, and closing what it holds.

It takes seconds and 200 MB, so nothing here happens at import. Without the settings below it would load a `.env` from
the working directory, fetch prices from the network, print to stdout and write logs.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from motivtui.models.litellm_door.transport import open_transport
from motivtui.models.litellm_door.warm_up import warm_up


def load_litellm() -> Any:
    """Import litellm with everything off that is not a call to a model. Returns the module."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    import logging
    import warnings

    # pydantic's remark about a type of openai's; it would stand on the user's screen at the first call.
    warnings.filterwarnings("ignore", message="Item '.*' on TypedDict class", category=UserWarning)
    import litellm

    module: Any = litellm
    module.suppress_debug_info = True
    module.telemetry = False
    module.REPEATED_STREAMING_CHUNK_LIMIT = 10**9
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.CRITICAL)
    return module


async def open_connections() -> None:
    """Load litellm, give it our transport for this event loop, and warm it up. `close_connections` undoes it."""
    module = await asyncio.to_thread(load_litellm)
    if module.aclient_session is None:
        module.aclient_session = open_transport()
        await warm_up(module)


async def close_connections() -> None:
    """Close every connection that litellm holds."""
    module = load_litellm()
    session, module.aclient_session = module.aclient_session, None
    await module.close_litellm_async_clients()
    module.in_memory_llm_clients_cache.flush_cache()
    if session is not None:
        await session.aclose()
