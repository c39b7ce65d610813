"""One fault server and one child for all tests of a module that ask for them: loading litellm takes seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from motivtui.models.call_process import CallProcess
from motivtui.models.litellm_door.loading import close_connections, open_connections
from tests.faults.server import FaultServer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[FaultServer]:
    """A fault server on the module's loop, with litellm's connections open on it too."""
    async with FaultServer() as running:
        await open_connections()
        yield running
        await close_connections()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process() -> AsyncIterator[CallProcess]:
    """A child that is ready; a test may kill it, the next call starts another."""
    async with CallProcess() as running:
        yield running
