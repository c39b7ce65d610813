"""Study files: from TOML to a request, and from a request to a file that says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from motivtui.conduct.new_file import write_new
from motivtui.conduct.request import Count, Repeats, Sampling, StudyRequest
from motivtui.errors import UsageError
from motivtui.strict_toml import TomlFile, TomlProblem

_NAMED: dict[str, Any] = {"repeats_of": Repeats, "max_tokens_of": Count, "parameters_of": Sampling}
_TABLES = {
    "tasks": "# Which tasks: ids (also families and patterns), categories, sets, and how many of them to sample.",
    "choice": "# Pairs of tasks to choose between: how many, from where, and whether both orders and sides are shown.",
    "repeats_of": "# Repeats of single instruments, instead of the study's.",
    "max_tokens_of": "# The longest reply to single instruments, in tokens.",
    "parameters": "# How replies are sampled; what is not said is the endpoint's own.",
    "parameters_of": "# The same for single models.",
    "limits": "# How the run is carried out; nothing of it changes what is measured.",
}
"""Table → its comment, in the order in which a file has them."""
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
    try:
        write_new(path, study_text(request.checked(), path.parent))
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="Name another file.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: {reason or error}", hint="Name another file.") from None


def study_text(request: StudyRequest, folder: Path) -> str:
    """The request as TOML, each table with what it is for; `folder` is where the file will lie."""
    import tomli_w

    record = request.as_record()
    if request.materials is not None:
        record["materials"] = [_seen_from(folder, one) for one in request.materials]
    plain = {key: value for key, value in record.items() if not isinstance(value, dict)}
    parts = [_HEAD + tomli_w.dumps(plain)]
    for key, comment in _TABLES.items():
        if key in record:
            parts.append(f"{comment}\n{tomli_w.dumps({key: record[key]})}")
    return "\n".join(parts)


def _seen_from(folder: Path, material: str) -> str:
    """A path of materials as a file in `folder` names it: relative where it lies in there, else absolute."""
    absolute, base = Path(material).absolute(), folder.absolute()
    return str(absolute.relative_to(base)) if absolute.is_relative_to(base) else str(absolute)
