"""Freezing a study before it is run: one hash over design, materials, plan and analysis; whether a run keeps to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from motivtui.conduct.new_file import write_new
from motivtui.errors import UsageError
from motivtui.store.clock import now
from motivtui.store.run_rows import materials_hash
from motivtui.study.canonical import content_hash
from motivtui.study.design import Study
from motivtui.study.trial import Trial

_MAX_BYTES = 2**20
_PARTS = {
    "design": "the design (models, tasks, manipulations, instruments, numbers, parameters)",
    "materials": "the materials (which are used, or a word of them)",
    "plan": "the plan (the exact trials)",
    "analysis": "the analysis preset",
}


class _Locked(msgspec.Struct, frozen=True):
    """What is read of a lock's file; the rest of it is for people."""

    hash: str
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class LockState:
    """The hash that a study was frozen under, and in which parts the present one differs, in words."""

    hash: str
    differences: tuple[str, ...] = ()

    @property
    def is_followed(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def lock_path(study_file: Path) -> Path:
    """Where the lock of a study file lies."""
    return study_file.with_suffix(".lock")


def write_lock(
    study_file: Path, study: Study, trials: Sequence[Trial], analysis: str, versions: Mapping[str, str]
) -> LockState:
    """Freeze a study beside its file. Raises UsageError: it is frozen already, or the file cannot be written."""
    parts = _parts(study, trials, analysis)
    digest = content_hash(parts)
    document = {"hash": digest, "parts": parts, "locked_at": now(), "trials": len(trials), "versions": dict(versions)}
    path = lock_path(study_file)
    try:
        write_new(path, json.dumps(document, indent=2) + "\n")
    except FileExistsError:
        raise UsageError(f"{path}: the study is locked already", hint="Remove that file to lock it anew.") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="Put the study file where you may write.") from None
    return LockState(digest)


def read_lock(study_file: Path, study: Study, trials: Sequence[Trial], analysis: str) -> LockState | None:
    """How a study stands to its lock; None: it was never locked. Raises UsageError: the lock cannot be read."""
    path = lock_path(study_file)
    try:
        with path.open("rb") as file:
            locked = msgspec.json.decode(file.read(_MAX_BYTES), type=_Locked)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not a lock of a study ({error})", hint="Restore it, or remove it.") from None
    if content_hash(locked.parts) != locked.hash:
        raise UsageError(f"{path}: its hash is not that of its parts", hint="It was changed by hand: restore it.")
    present = _parts(study, trials, analysis)
    differing = tuple(words for name, words in _PARTS.items() if locked.parts.get(name) != present[name])
    return LockState(locked.hash, differing)


def _parts(study: Study, trials: Sequence[Trial], analysis: str) -> dict[str, str]:
    """The hash of each part. The plan's keys stand in the order in which they are run."""
    return {
        "design": content_hash(study.as_record()),
        "materials": materials_hash(study),
        "plan": content_hash([[trial.key, trial.seed] for trial in trials]),
        "analysis": analysis,
    }
