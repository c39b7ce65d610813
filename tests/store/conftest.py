"""What the tests of the store share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motivtui.store import Store

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The path of a database that is not there yet."""
    return tmp_path / "results.db"


@pytest.fixture
def store(db: Path) -> Iterator[Store]:
    """An open store at `db`."""
    with Store(db) as opened:
        yield opened


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `tests.store.child` with the given words; ends what is left of it."""
    children: list[subprocess.Popen[str]] = []

    def start_one(*words: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.store.child", *words],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield start_one
    for child in children:
        with child:
            child.kill()


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder to make read-only, the test being nobody in particular: root may write everywhere."""
    folder = Path(tempfile.mkdtemp(prefix="motivtui-store-"))
    folder.chmod(0o755)
    was = os.geteuid()
    if was == 0:
        os.chown(folder, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        os.seteuid(was)
        folder.chmod(0o755)
        shutil.rmtree(folder)
