"""Study files: from TOML to a request, and from a request to a file that says the same."""

from __future__ import annotations

from pathlib import Path

import msgspec

from motivtui.conduct.request import StudyRequest
from motivtui.errors import UsageError
from motivtui.strict_toml import TomlFile, TomlProblem

_HEAD = "# A study: `motiv plan FILE` shows what it would call, `motiv run FILE` carries it out. What a file does not\n"
_HEAD += "# say is decided as without a file (`motiv run --help`); flags win over the file.\n\n"


def read_study_file(path: Path) -> StudyRequest:
    """The request in a file; paths of materials are taken from the file's own folder.

    Raises UsageError: `FILE:LINE: KEY: what` is wrong.
    """
    try:
        request = TomlFile(path).convert(StudyRequest)
    except TomlProblem as problem:
        raise UsageError(
            str(problem), hint="README.md shows a study file; `motiv plan --save FILE` writes one."
        ) from None
    if request.materials is None:
        return request
    folder = path.parent
    return msgspec.structs.replace(request, materials=tuple(str(folder / one) for one in request.materials))


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
