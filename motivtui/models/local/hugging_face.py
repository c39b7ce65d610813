"""Fetching a GGUF file from the Hugging Face hub (or what HF_ENDPOINT names), and entering it as a local model.

The only user of huggingface_hub; HF_TOKEN, HF_HUB_OFFLINE and its other variables count. Everything it prints is off.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

from motivtui.errors import MissingModelError, ModelError, NetworkError, UsageError
from motivtui.models.local.built_in import BUILT_IN
from motivtui.models.local.checksum import OnProgress, sha256_of, silent
from motivtui.models.local.private_folder import disk_problems_told, make_private_folder
from motivtui.models.local.registry import (
    MAX_NAME_CHARS,
    LocalModel,
    ModelTable,
    check_gguf,
    check_is_free,
    read_tables,
    register,
)

PREFIX = "hf:"
_WORD = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_SPEC = re.compile(rf"{PREFIX}(?P<repo>{_WORD}/{_WORD})/(?P<file>(?:{_WORD}/)*{_WORD}\.gguf)")
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_NO_SHA256 = "0" * 64
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository: `repo` is OWNER/NAME, `file` its path in it."""

    repo: str
    file: str

    @property
    def spec(self) -> str:
        """As the user writes it."""
        return f"{PREFIX}{self.repo}/{self.file}"

    @property
    def model_name(self) -> str:
        """The local model's name: the file's, in small letters."""
        return Path(self.file).stem.lower()[:MAX_NAME_CHARS]


def parse_spec(spec: str) -> HubFile:
    """Read `hf:OWNER/REPO/PATH/FILE.gguf`. Raises UsageError."""
    match = _SPEC.fullmatch(spec)
    if match is None or ".." in spec:
        raise UsageError(f"{spec!r} names no GGUF file on the hub", hint="Write hf:OWNER/REPO/FILE.gguf")
    if _PART.search(spec):
        raise UsageError(
            f"{spec}: one part of a model that is split over several files",
            hint="Choose a model in one file, or join the parts (llama-gguf-split) and `motiv models add` it.",
        )
    return HubFile(match["repo"], match["file"])


def pull_hugging_face(
    models_folder: Path, data_folder: Path, spec: str, on_progress: OnProgress = silent
) -> LocalModel:
    """Fetch `hf:OWNER/REPO/PATH/FILE.gguf` and enter it under its file's name in small letters.

    Raises UsageError (not such a name; the model's name is taken), MissingModelError (no such repository or file, no
    right to it, not GGUF), NetworkError, ConfigError, ModelError (disk).
    """
    wanted = parse_spec(spec)
    folder = models_folder / "hf" / wanted.repo
    table = ModelTable(wanted.model_name, str((folder / wanted.file).resolve()), _NO_SHA256, wanted.spec)
    if table.name == BUILT_IN.name:
        raise UsageError(
            f"{table.name!r} is the built-in model's name", hint="Rename the file and `motiv models add` it."
        )
    check_is_free(read_tables(data_folder), table)  # before gigabytes are fetched for nothing
    with disk_problems_told(models_folder):
        make_private_folder(folder)
    path, promised = _download(wanted, folder, on_progress)
    check_gguf(path)
    with disk_problems_told(models_folder):
        path.chmod(0o600)
        table.sha256 = sha256_of(path, on_progress)
        if promised not in (None, table.sha256):
            path.unlink()
            raise NetworkError(f"{spec} arrived damaged (its SHA-256 differs from the hub's)", hint="Pull again.")
    return register(data_folder, table)


def _download(wanted: HubFile, folder: Path, on_progress: OnProgress) -> tuple[Path, str | None]:
    """The fetched file, and the SHA-256 the hub says it has (None: it does not say)."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Plain HTTP, which every mirror speaks, fails in known ways and tells its progress in one voice.
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    from httpx import HTTPError
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError, OfflineModeIsEnabled

    etag = None
    try:
        with _quiet():
            with suppress(OfflineModeIsEnabled):
                # Asked first, because the download itself would try for half a minute before it says no.
                etag = get_hf_file_metadata(hf_hub_url(wanted.repo, wanted.file)).etag
            path = hf_hub_download(wanted.repo, wanted.file, local_dir=folder, tqdm_class=_bar(on_progress))
    except (HTTPError, EntryNotFoundError, OSError) as error:
        raise _problem(wanted, error, folder) from None
    return Path(path), etag if etag and _SHA256.fullmatch(etag) else None


def _problem(wanted: HubFile, error: Exception, folder: Path) -> ModelError:
    """What an exception of the hub's library means."""
    from huggingface_hub.errors import GatedRepoError, RemoteEntryNotFoundError, RepositoryNotFoundError

    if isinstance(error, RemoteEntryNotFoundError):
        return MissingModelError(
            f"{wanted.spec}: {wanted.repo} has no file {wanted.file}", hint="The repository's page lists its files."
        )
    status = _status(error)
    if isinstance(error, GatedRepoError) or status == HTTPStatus.FORBIDDEN:
        return MissingModelError(
            f"{wanted.spec}: its owner gives it only to those who asked",
            hint="Ask for it on the repository's page, then set HF_TOKEN.",
        )
    if isinstance(error, RepositoryNotFoundError) or status == HTTPStatus.UNAUTHORIZED:
        return MissingModelError(
            f"{wanted.spec}: there is no repository {wanted.repo}, or it is private",
            hint="Check the name; a private one needs a valid HF_TOKEN.",
        )
    if isinstance(error, OSError) and error.errno is not None and status is None and not _is_network(error):
        return ModelError(f"{error.filename or folder}: {error.strerror}", hint="Mend that, then pull again.")
    reason = f"the hub answered with status {status}" if status else "the hub cannot be reached"
    return NetworkError(
        f"{wanted.spec} could not be fetched: {reason}",
        hint="Check the network (and HF_ENDPOINT, HF_HUB_OFFLINE), then pull again. A file that was fetched in another "
        "way comes in by `motiv models add NAME FILE`.",
    )


def _status(error: BaseException) -> int | None:
    """The HTTP status behind an exception or what caused it."""
    response = getattr(error, "response", None)
    if response is not None:
        return int(response.status_code)
    return None if error.__cause__ is None else _status(error.__cause__)


def _is_network(error: OSError) -> bool:
    return isinstance(error, ConnectionError | TimeoutError)


class _Bar:
    """In the place of the hub's progress bar: draws nothing, tells a callback."""

    def __init__(self, on_progress: OnProgress, total: float | None, initial: float) -> None:
        self._on_progress = on_progress
        self._done = int(initial)
        self._total = None if total is None else int(total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, n: float | None = 1) -> None:
        """Told of the next bytes."""
        self._done += int(n or 0)
        self._on_progress(self._done, self._total)


def _bar(on_progress: OnProgress) -> Any:
    """What the hub's library calls like a class of tqdm's."""

    def make(*, total: float | None = None, initial: float = 0, **_: object) -> _Bar:
        return _Bar(on_progress, total, initial)

    return make


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of the hub's library on the terminal."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            logger.setLevel(level)
