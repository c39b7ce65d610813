"""Writing an imported task set as a task file of our own layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from motivtui.errors import MaterialError, UsageError
from motivtui.materials.published import PublishedImport
from motivtui.strict_toml import MAX_FILE_BYTES
from motivtui.study.task import Task
from motivtui.whole_file import write_whole


def write_task_set(imported: PublishedImport, path: Path) -> None:
    """Write the tasks and pairs to `path`, whole or not at all; a file that is there already is replaced.

    `load_materials` reads equal tasks and pairs back. Raises UsageError: there is no task to write; MaterialError: the
    file cannot be written, or would be larger than a material file may be.
    """
    if not imported.tasks:
        raise UsageError("There is no task to write.", hint="Mend the problems of the imported file first.")
    content = _content(imported).encode("utf-8")
    if len(content) > MAX_FILE_BYTES:
        raise MaterialError(
            f"{path}: the set takes {len(content) / 2**20:.1f} MiB, a file at most {MAX_FILE_BYTES // 2**20} MiB",
            hint="Import it in parts, each as a set of its own.",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise MaterialError(
            f"{path}: {error.strerror or error}", hint="Choose a folder that can be written to."
        ) from None


def _content(imported: PublishedImport) -> str:
    """The file's text; ids stand without the set's prefix, which loading puts before them."""
    import tomli_w

    prefix = f"{imported.set}/"
    families: dict[str, list[dict[str, Any]]] = {}
    for task in imported.tasks:
        families.setdefault(task.family, []).append(_sub_task(task, prefix))
    tasks = [
        {"id": family.removeprefix(prefix), "title": imported.titles[family], "subtasks": sub_tasks}
        for family, sub_tasks in families.items()
    ]
    pairs = [
        {
            "first": pair.first.removeprefix(prefix),
            "second": pair.second.removeprefix(prefix),
            "manipulated": pair.manipulated,
        }
        for pair in imported.pairs
    ]
    # One [[pair]] each, not the one long inline array that tomli_w makes of small tables: easier to read and to mend.
    written_pairs = "".join(f"\n[[pair]]\n{tomli_w.dumps(pair)}" for pair in pairs)
    return tomli_w.dumps({"set": imported.set, "task": tasks}) + written_pairs


def _sub_task(task: Task, prefix: str) -> dict[str, Any]:
    return {"id": task.id.removeprefix(prefix), "categories": list(task.categories), "prompt": task.prompt}
