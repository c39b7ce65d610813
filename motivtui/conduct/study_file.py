"""Study files: from TOML to a request, and from a request to a file that says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from motivtui.conduct.request import Count, Repeats, Sampling, StudyRequest
from motivtui.errors import UsageError
from motivtui.strict_toml import TomlFile, TomlProblem

_NAMED: dict[str, Any] = {"repeats_of": Repeats, "max_tokens_of": Count, "parameters_of": Sampling}
_HEAD = "# A study: `motiv plan FILE` shows what it would call, `motiv run FILE` carries it out. What a file does not\n"
_HEAD += "# say is decided as without a file (`motiv run --help`); flags win over the file.\n\n"


def read_study_file(path: Path) -> StudyRequest:
    """The request in a file; paths of materials are taken from the file's own folder.

    Raises UsageError: `FILE:LINE: KEY: what` is wrong.
    """
    try:
        file = TomlFile(path)
        _check_named(file)
        request = file.convert(StudyRequest)
    except TomlProblem as problem:
        raise UsageError(
            str(problem), hint="README.md shows a study file; `motiv plan --save FILE` writes one."
        ) from None
    if request.materials is None:
        return request
    folder = path.parent
    return msgspec.structs.replace(request, materials=tuple(str(folder / one) for one in request.materials))


def _check_named(file: TomlFile) -> None:
    """Look at each entry of the tables whose keys are names: a whole table only tells that one of them is wrong."""
    for table, shape in _NAMED.items():
        entries = file.values.get(table)
        for name in entries if isinstance(entries, dict) else ():
            file.convert(shape, (table, name))


def write_study_file(path: Path, request: StudyRequest) -> None:
    """Write a request as a file that reads back to it. Raises UsageError: the file is there already, or cannot be."""
    import tomli_w

    text = _HEAD + tomli_w.dumps(request.as_record())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="Name another file.") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="Name another file.") from None
