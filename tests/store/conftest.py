"""What the tests of the store share."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from motivtui.store.store import Store

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
FullDisk = Callable[[int], AbstractContextManager[None]]


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
    """A folder to take rights from, a database in it; the test is nobody in particular, since root may do anything."""
    folder = Path(tempfile.mkdtemp(prefix="motivtui-store-"))
    folder.chmod(0o755)
    Store(folder / "results.db").close()  # before: nobody may not even read Python's own modules
    was = os.geteuid()
    if was == 0:
        for one in (folder, folder / "results.db"):
            os.chown(one, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        os.seteuid(was)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.fixture
def full_disk() -> FullDisk:
    """No file of this process can grow beyond some bytes inside `with full_disk(bytes):`."""

    @contextmanager
    def limited(limit: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
