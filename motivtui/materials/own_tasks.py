"""Adding a task of the user's own to a task file: what stands there stays as it is, comments and all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from motivtui.errors import MaterialError
from motivtui.materials.material_file import MaterialFile, id_fault, text_fault
from motivtui.materials.slugs import slug
from motivtui.materials.task_file import read_task_file
from motivtui.strict_toml import TomlProblem

TITLE_CHARS = 60
_HEAD = "# Tasks that began as probes. Edit them as you like.\n"
_ID_WORDS = 5


def own_task_id(text: str) -> str:
    """An id for a task, from its first words."""
    return slug(" ".join(text.split()[:_ID_WORDS])) or "my-task"


def add_own_task(path: Path, family: str, category: str, prompt: str) -> str:
    """Append a task to the file, which is made if it is not there; whole or not at all. Returns the task's full id.

    `family` is its id without the set's prefix; the file names the set. Raises MaterialError: the id is taken or is
    none, the prompt cannot be a task, the file is off or cannot be written. Then the file is as it was.
    """
    for word, fault in (("id", id_fault(family)), ("category", id_fault(category)), ("task", text_fault(prompt))):
        if fault:
            raise MaterialError(f"the {word} cannot be used: {fault}", hint="Nothing was written.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8").rstrip() if path.exists() else _HEAD
        text = f"{before}\n\n{_entry(family, category, prompt)}"
        # Written beside the file and read as it will be read, in a hidden folder, since the file's name may name the
        # set: only what is in order takes the file's place.
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            new = Path(folder, path.name)
            _write(new, text.encode("utf-8"))
            task = _checked(new, path, family)
            new.replace(path)
            return task
    except (OSError, UnicodeError) as error:
        what = (error.strerror or str(error)) if isinstance(error, OSError) else "is not valid UTF-8"
        raise MaterialError(f"{path}: {what}", hint="It must be a file that can be read and written.") from None


def _entry(family: str, category: str, prompt: str) -> str:
    import tomli_w

    line = " ".join(prompt.split())
    title = line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1] + "…"
    entry = {"id": family, "title": title, "categories": [category], "subtasks": [prompt]}
    return f"[[task]]\n{tomli_w.dumps(entry)}"


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _checked(new: Path, path: Path, family: str) -> str:
    """The full id of the task that was added. Raises MaterialError: the file as it would be is off."""
    try:
        file = MaterialFile(new)
    except TomlProblem as problem:
        raise _off(path, problem) from None
    found = read_task_file(file, is_shipped=False)
    file.kind()  # notes a problem if the file holds something else as well
    if file.problems:
        raise _off(path, file.problems[0])
    wanted = found.prefix + family
    own = [one for one in found.families if one.id == wanted]
    if len(own) > 1:
        raise MaterialError(
            f"{path}: there is a task {wanted!r} already", hint="Choose another id; nothing was written."
        )
    return own[0].tasks[0][0].id


def _off(path: Path, problem: TomlProblem) -> MaterialError:
    where = TomlProblem(path, problem.line, problem.key, problem.reason)
    return MaterialError(str(where), hint="Mend the file first; nothing was written.")
