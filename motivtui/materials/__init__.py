"""Materials: from files to the study's own objects, and from all of them to those that one study uses.

Owns the formats of task, manipulation and instrument files and of task sets that others published. Never writes
anything but a task set, knows no model, no database and no screen.
"""

from motivtui.materials.load import Materials, check_materials, load_materials
from motivtui.materials.published import LineProblem, PublishedImport, read_published
from motivtui.materials.selection import select_instruments, select_manipulations, select_tasks
from motivtui.materials.task_set import write_task_set

__all__ = [
    "LineProblem",
    "Materials",
    "PublishedImport",
    "check_materials",
    "load_materials",
    "read_published",
    "select_instruments",
    "select_manipulations",
    "select_tasks",
    "write_task_set",
]
