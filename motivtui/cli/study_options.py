"""The options that choose tasks, shared by `run`, `plan` and `tasks`."""

from __future__ import annotations

from typing import Annotated

import typer

TasksOption = Annotated[
    list[str] | None,
    typer.Option("--task", "-t", metavar="ID", help="Task or family id, or a pattern such as 'haiku*'."),
]
CategoryOption = Annotated[
    list[str] | None, typer.Option("--category", metavar="ID", help="Category of tasks; several with commas.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME", help="Set of tasks; several with commas.")
]
PerCategoryOption = Annotated[
    int | None, typer.Option("--per-category", min=1, help="Sample so many tasks of each category.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Sample so many tasks, balanced over the categories.")
]
