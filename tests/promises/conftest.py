"""The sizes of the promises, and the benches they are kept on."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from tests.promises.laboratory import Forker, Laboratory
from tests.runner.conftest import Bench, bench

__all__ = ["Bench", "bench"]


class Size(StrEnum):
    """`small`: at every test run. `full`: as promised, by `make soak`."""

    SMALL = "small"
    FULL = "full"

    def of(self, small: int, full: int) -> int:
        """The number for this size."""
        return full if self is Size.FULL else small


@pytest.fixture(params=[Size.SMALL, pytest.param(Size.FULL, marks=pytest.mark.soak)], ids=str)
def size(request: pytest.FixtureRequest) -> Size:
    """How much is done."""
    assert isinstance(request.param, Size)
    return request.param


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    """A place of its own for the command line."""
    return Laboratory(tmp_path)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forker]:
    """One loaded program for all tests: loading takes seconds."""
    with Forker(Laboratory(tmp_path_factory.mktemp("loaded"))) as running:
        yield running


@pytest.fixture
def forker(loaded: Forker, laboratory: Laboratory) -> Forker:
    """The command line in processes that need no time to start."""
    loaded.laboratory = laboratory
    return loaded
