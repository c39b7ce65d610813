"""`motiv tasks`, `motiv manipulations`, `motiv instruments`: what can be used in a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import CategoryOption, JsonOption, MaterialsOption, SetOption, paths, split

if TYPE_CHECKING:
    from motivtui.materials import Materials

tasks_app = typer.Typer(help="List, show, check and import tasks.", rich_markup_mode=None)


def _counted(problems: int) -> str:
    return f"{problems:,} problem{'' if problems == 1 else 's'}"


def _load(materials: list[Path] | None) -> Materials:
    from motivtui.materials import load_materials
    from motivtui.settings import read_settings

    settings = read_settings({"materials": paths(materials)})
    return load_materials(settings.materials, user_folder=settings.materials_folder)


@tasks_app.callback(invoke_without_command=True)
def overview(context: typer.Context, materials: MaterialsOption = None, json: JsonOption = False) -> None:
    """Show the categories and how many tasks each has; `ls`, `show`, `check` and `import` tasks."""
    if context.invoked_subcommand:
        return
    from motivtui.cli.output import narrate, write_json
    from motivtui.cli.table import write_table

    known = _load(materials)
    tasks = known.tasks.values()
    rows: list[dict[str, Any]] = [
        {
            "category": category,
            "title": title,
            "families": len({task.family for task in tasks if category in task.categories}),
            "tasks": sum(category in task.categories for task in tasks),
        }
        for category, title in known.categories.items()
    ]
    if json:
        write_json(rows)
        return
    write_table(list(rows[0]), [list(row.values()) for row in rows], right=("families", "tasks"))
    families = len({task.family for task in tasks})
    narrate(f"{len(tasks):,} tasks in {families:,} families; a task may count in up to three categories")


@tasks_app.command("ls")
def ls(
    category: CategoryOption = None,
    task_set: SetOption = None,
    materials: MaterialsOption = None,
    json: JsonOption = False,
) -> None:
    """List tasks."""
    from dataclasses import asdict

    from motivtui.cli.output import write_json
    from motivtui.cli.table import write_table
    from motivtui.materials import select_tasks

    known = _load(materials)
    found = select_tasks(known, categories=split(category), sets=split(task_set))
    if json:
        write_json([asdict(task) for task in found])
        return
    write_table(["task", "categories", "prompt"], [(one.id, ";".join(one.categories), one.prompt) for one in found])


@tasks_app.command("show")
def show(
    task: Annotated[list[str], typer.Argument(metavar="ID…", help="Task or family ids, or patterns.")],
    materials: MaterialsOption = None,
    json: JsonOption = False,
) -> None:
    """Show tasks in full."""
    from dataclasses import asdict

    from motivtui.cli.output import stdout, write_json
    from motivtui.materials import select_tasks
    from motivtui.visible_text import visible, visible_line

    found = select_tasks(_load(materials), ids=split(task))
    if json:
        write_json([asdict(one) for one in found])
        return
    console = stdout()
    for one in found:
        console.print(visible_line(f"{one.id}  ({', '.join(one.categories)})"), style="bold", markup=False)
        console.print(f"{visible(one.prompt)}\n", markup=False)


@tasks_app.command("check")
def check(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="Files or folders of your own.")] = None,
) -> None:
    """Check material files (the shipped ones and your own too): every problem with its file, line and key."""
    from motivtui.cli.output import narrate
    from motivtui.errors import MaterialError
    from motivtui.materials import check_materials
    from motivtui.settings import read_settings

    settings = read_settings()
    problems = check_materials([*settings.materials, *(paths or [])], user_folder=settings.materials_folder)
    for problem in problems:
        narrate(str(problem))
    if problems:
        raise MaterialError(_counted(len(problems)), hint="Each line above says where and what.")
    narrate("No problem found.")


@tasks_app.command("import")
def import_published(
    tasks_csv: Annotated[Path, typer.Argument(metavar="TASKS.csv", help="Tasks in the published layout.")],
    pairs: Annotated[
        Path | None, typer.Option("--pairs", metavar="FILE.json", help="Pairs of tasks for choices.")
    ] = None,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="Name of the new set of tasks.")] = "published",
    new_categories: Annotated[
        bool, typer.Option("--new-categories", help="Take unknown categories as new ones.")
    ] = False,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Import the good lines in spite of bad ones.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a set of that name.")] = False,
    json: JsonOption = False,
) -> None:
    """Import tasks (CSV) and pairs (JSON) in the published study's layout as a set of your own."""
    from dataclasses import asdict

    from motivtui.cli.output import narrate, write_json
    from motivtui.errors import MaterialError, UsageError
    from motivtui.materials import load_materials, read_published, write_task_set
    from motivtui.settings import read_settings

    settings = read_settings()
    target = settings.materials_folder / f"{name}.toml"
    if target.exists() and not force:
        raise UsageError(f"there is a set {name!r} already ({target})", hint="--force replaces it, --as names another.")
    known = load_materials(settings.materials)
    found = read_published(
        tasks_csv, pairs, set_name=name, categories=known.categories, accept_new_categories=new_categories
    )
    for problem in found.problems:
        narrate(str(problem))
    if found.problems and not skip_broken:
        raise MaterialError(
            f"{_counted(len(found.problems))}; nothing was imported",
            hint="Mend the lines named above, or import the others with --skip-broken.",
        )
    write_task_set(found, target)
    counts = asdict(found.counts) | {"left_out": len(found.problems), "file": str(target)}
    if json:
        write_json(counts)
    else:
        narrate(
            ", ".join(f"{value:,} {key.replace('_', ' ')}" for key, value in counts.items() if isinstance(value, int))
        )
        narrate(f"Use them with: motiv run --set {name}")


def manipulations(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Ids or groups; left out: all.")] = None,
    materials: MaterialsOption = None,
    json: JsonOption = False,
) -> None:
    """List manipulations; with ids, show every wording."""
    from dataclasses import asdict

    from motivtui.cli.output import stdout, write_json
    from motivtui.cli.table import write_table
    from motivtui.materials import select_manipulations
    from motivtui.visible_text import visible, visible_line

    found = select_manipulations(_load(materials), split(names) or ["all"])
    if json:
        write_json([asdict(one) for one in found])
        return
    if not names:
        columns = ["manipulation", "group", "wordings", "choice note", "first wording"]
        rows = [
            (one.id, one.group, len(one.wordings), "yes" if one.choice_note else "no", one.wording(1)) for one in found
        ]
        write_table(columns, rows, right=("wordings",))
        return
    console = stdout()
    for one in found:
        console.print(visible_line(f"{one.id}  {one.title} ({one.group}, {one.placement})"), style="bold", markup=False)
        for number, wording in enumerate(one.wordings, start=1):
            console.print(f"  {number}  {visible(wording)}", markup=False)
        if one.choice_note:
            console.print(f"  in a choice: {visible(one.choice_note)}", markup=False)


def instruments(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Ids; left out: all.")] = None,
    materials: MaterialsOption = None,
    json: JsonOption = False,
) -> None:
    """List instruments; with ids, show their template and items."""
    from dataclasses import asdict

    from motivtui.cli.output import stdout, write_json
    from motivtui.cli.table import write_table
    from motivtui.materials import select_instruments
    from motivtui.visible_text import visible, visible_line

    found = select_instruments(_load(materials), split(names) or ["all"])
    if json:
        write_json([asdict(one) | {"reply_schema": one.reply_schema()} for one in found])
        return
    if not names:
        columns = ["instrument", "phase", "items", "scale", "most tokens"]
        rows = [
            (
                one.id,
                one.phase,
                ", ".join(item.name for item in one.items),
                ", ".join(dict.fromkeys(f"{item.minimum}–{item.maximum}" for item in one.items)),
                one.max_tokens,
            )
            for one in found
        ]
        write_table(columns, rows, right=("most tokens",))
        return
    console = stdout()
    for one in found:
        console.print(visible_line(f"{one.id}  {one.title} ({one.phase})"), style="bold", markup=False)
        console.print(visible(one.template), markup=False)
        console.print(f"{{format}} stands for: {one.reply_format()}\n", markup=False)
