"""Truths from files: TOML, checked strictly.

What a file does not say is as in `sized`; a table that it gives is all of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from motivtui.errors import UsageError
from motivtui.simulation.truth import CategoryTruth, JudgeTruth, ManipulationTruth, ModelTruth, Truth, sized
from motivtui.strict_toml import TomlFile, TomlProblem

_NAMED: dict[str, Any] = {
    "models": ModelTruth,
    "judges": JudgeTruth,
    "manipulations": ManipulationTruth,
    "categories": CategoryTruth,
}


def read_truth_file(path: Path, size: str = "small") -> Truth:
    """The truth in a file, the rest as it is at a size. Raises UsageError: `FILE:LINE: KEY: what` is wrong."""
    base = sized(size)
    try:
        file = TomlFile(path)
        for table, shape in _NAMED.items():
            entries = file.values.get(table)
            # A whole table only tells that one of its entries is wrong, not on which line.
            for name in entries if isinstance(entries, dict) else ():
                file.convert(shape, (table, name))
        found = file.convert(Truth)
    except TomlProblem as problem:
        raise UsageError(str(problem), hint="`motiv simulate --show` prints a truth as such a file.") from None
    given = {name: getattr(found, name) for name in file.values}
    if "families" in given or "tasks_per_family" in given:
        given.setdefault("tasks", None)  # else a size's own count would stand above them
    return msgspec.structs.replace(base, **given)


def truth_text(truth: Truth) -> str:
    """The truth as a file that reads back to it."""
    import tomli_w

    return "# What is true of a simulated run: `motiv simulate FILE -o RUN.db` makes it.\n\n" + tomli_w.dumps(
        truth.as_record()
    )
