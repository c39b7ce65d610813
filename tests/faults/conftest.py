"""One fault server a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.server import FaultServer


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    """A server that runs on the test's event loop."""
    async with FaultServer() as running:
        yield running
