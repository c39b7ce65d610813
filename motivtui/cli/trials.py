"""`motiv trials`: the rows of a run, or everything about one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import DbOption, JsonOption, RunArgument, split

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = ("#", "model", "task", "manipulation", "item", "value", "status", "reply")
_FACTS = (
    *("model", "judge", "task", "other_task", "task_order", "manipulated", "chosen_task", "manipulation", "wording"),
    *("instrument", "execution", "repeat", "decoding", "parameters", "seed", "state", "skip_reason", "finish_reason"),
    *("input_tokens", "output_tokens", "time_to_first_token_ms", "latency_ms"),
)
_FILTERS = ("status", "state", "model", "manipulation", "category", "item")


def trials(
    run: RunArgument = "latest",
    ordinal: Annotated[int | None, typer.Option("--show", metavar="N", help="Everything about trial N.")] = None,
    status: Annotated[list[str] | None, typer.Option("--status", help="Only scores of this status.")] = None,
    state: Annotated[list[str] | None, typer.Option("--state", help="Only trials in this state.")] = None,
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="Only this model.")] = None,
    manipulation: Annotated[list[str] | None, typer.Option("--manipulation", "-c", help="Only this one.")] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="Only this main category.")] = None,
    item: Annotated[list[str] | None, typer.Option("--item", help="Only this item.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many rows.")] = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """List the scores of a run, one row an item; or show one trial with prompt, reply, evidence and attempts."""
    from itertools import islice

    from motivtui.cli.output import narrate, write_json
    from motivtui.cli.table import write_table
    from motivtui.settings import read_settings
    from motivtui.store import queries
    from motivtui.store.connection import open_reader

    reader = open_reader(read_settings({"db": db}).db)
    try:
        run_id = queries.find_run(reader, run)
        if ordinal is not None:
            _show(reader, run_id, ordinal, is_json=json)
            return
        asked = dict(zip(_FILTERS, (status, state, model, manipulation, category, item), strict=True))
        filters = {column: split(values) for column, values in asked.items() if values}
        rows = list(islice(queries.trial_rows(reader, run_id, filters), limit))
    finally:
        reader.close()
    if json:
        write_json(rows)
    elif not rows:
        narrate("No trial fits." if filters else "The run has no trials.")
    else:
        write_table(_COLUMNS, [_line(row) for row in rows], right=("#", "value"))


def _show(reader: sqlite3.Connection, run: str, ordinal: int, *, is_json: bool) -> None:
    from motivtui.cli.output import marked, stdout, write_json
    from motivtui.cli.table import write_table
    from motivtui.errors import UsageError
    from motivtui.store import queries
    from motivtui.visible_text import visible

    detail = queries.trial_detail(reader, run, ordinal)
    if detail is None:
        raise UsageError(f"run {run} has no trial {ordinal}", hint=f"`motiv trials {run}` lists them.")
    if is_json:
        write_json({"rows": detail.rows, "messages": detail.spoken(), "attempts": detail.attempts})
        return
    console, first = stdout(), detail.rows[0]
    write_table(["", ""], [(name, first[name]) for name in _FACTS if first[name] is not None])
    for role, text in detail.spoken():
        console.print(f"\n{role}", style="bold")
        console.print(visible(text), markup=False)
    console.print("\nreply", style="bold")
    console.print(marked(first["reply"] or "(none)", detail.scores()))
    console.print()
    score_columns = ("item", "value", "status", "evidence", "note", "extractor_version")
    write_table(score_columns, [[_cell(row[name]) for name in score_columns] for row in detail.rows])
    console.print()
    write_table(
        list(detail.attempts[0]) if detail.attempts else ["attempts: none"],
        [list(one.values()) for one in detail.attempts],
    )


def _line(row: dict[str, Any]) -> list[Any]:
    """A row at a glance; a trial without a result says what state it is in instead of a status."""
    status = row["status"] or row["state"]
    named = [row[name] for name in ("model", "task", "manipulation", "item")]
    return [row["ordinal"], *named, _cell(row["value"]), status, row["reply"]]


def _cell(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
