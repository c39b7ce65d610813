"""litellm's connections belong to an event loop: opened and closed around each test that asks for a client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from motivtui.models.litellm_door.loading import close_connections, open_connections
from tests.faults.server import FaultServer


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    """A fault server on the test's loop, with litellm's connections open on it."""
    async with FaultServer() as running:
        await open_connections()
        yield running
        await close_connections()
