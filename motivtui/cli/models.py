"""`motiv models`: who can take part, and fetching or adding local models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from motivtui.cli.options import JsonOption

app = typer.Typer(help="List, check, pull and add models.", rich_markup_mode=None)
HF_PREFIX = "hf:"
DEFAULT_SOURCE = "smollm2-135m"


@app.callback(invoke_without_command=True)
def ls(context: typer.Context, json: JsonOption = False) -> None:
    """List local models, configured endpoints and how to name the others; `known`, `check`, `pull` and `add` models."""
    if context.invoked_subcommand:
        return
    from motivtui.cli.output import narrate, write_json
    from motivtui.cli.table import write_table
    from motivtui.models.local import local_models
    from motivtui.models.scripted import SCRIPTS
    from motivtui.settings import read_settings

    settings = read_settings()
    rows: list[dict[str, Any]] = [
        {
            "model": f"local/{one.name}",
            "kind": "local",
            "where": str(one.path) if one.is_present else "not fetched yet (motiv models pull)",
        }
        for one in local_models(settings.models_folder, settings.data_folder)
    ]
    rows += [{"model": f"{own.name}/…", "kind": "endpoint", "where": own.api_base} for own in settings.endpoints]
    rows += [
        {"model": f"scripted/{name}", "kind": "scripted", "where": "no model: for trying things out"}
        for name in SCRIPTS
    ]
    if json:
        write_json(rows)
        return
    write_table(["model", "kind", "where"], [list(row.values()) for row in rows])
    narrate("Any litellm id works too when its key is in the environment: motiv models known gpt-4o")


@app.command("known")
def known(
    prefix: Annotated[str, typer.Argument(help="Beginning of the id, such as 'gpt-4o' or 'anthropic/'.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    json: JsonOption = False,
) -> None:
    """List chat models of the bundled price list, with dollars per million tokens."""
    from motivtui.cli.output import write_json
    from motivtui.cli.table import write_table
    from motivtui.models.litellm_door.catalogue import price_per_token, priced_models

    rows = []
    for model in priced_models(prefix, limit):
        price = price_per_token(model)
        rows.append({"model": model, "input_usd": price and price[0] * 1e6, "output_usd": price and price[1] * 1e6})
    if json:
        write_json(rows)
        return
    cells = [
        (row["model"], *(f"{row[name]:.2f}" if row[name] is not None else "?" for name in ("input_usd", "output_usd")))
        for row in rows
    ]
    write_table(["model", "in $/M", "out $/M"], cells, right=("in $/M", "out $/M"))


@app.command("check")
def check(model: Annotated[str, typer.Argument(metavar="ID", help="Model id.")]) -> None:
    """Say whether a model could take part now; calls nobody."""
    from motivtui.cli.table import write_table
    from motivtui.models.catalogue import resolve
    from motivtui.settings import read_settings

    endpoint = resolve(model, read_settings())
    facts = {
        "model": endpoint.model,
        "kind": endpoint.kind,
        "address": endpoint.address,
        "decoding": endpoint.defaults.decoding,
        "calls at once": endpoint.max_concurrency or "as -j says",
    }
    write_table(["", ""], facts.items())


@app.command("pull")
def pull(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A local model's name, or hf:OWNER/REPO/FILE.gguf.")
    ] = DEFAULT_SOURCE,
) -> None:
    """Fetch weights: the built-in model's, or a GGUF file of the Hugging Face hub."""
    from motivtui.cli.output import narrate
    from motivtui.cli.weights import fetch_weights, repair_weights, with_progress
    from motivtui.models.local import BUILT_IN, pull_hugging_face
    from motivtui.settings import read_settings

    settings = read_settings()
    if not source.startswith(HF_PREFIX):
        name = source.removeprefix("local/")
        is_built_in = name == BUILT_IN.name
        weights = repair_weights(settings) if is_built_in else fetch_weights(settings, name)
        narrate(f"local/{name} is ready: {weights}")
        return
    added = with_progress(
        f"Fetching {source}",
        lambda on_progress: pull_hugging_face(settings.models_folder, settings.data_folder, source, on_progress),
    )
    narrate(f"local/{added.name} is ready: {added.path}")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What to call it: local/NAME.")],
    path: Annotated[Path, typer.Argument(metavar="FILE.gguf", help="The weights; they stay where they are.")],
) -> None:
    """Add a GGUF file of your own as local/NAME."""
    from motivtui.cli.output import narrate
    from motivtui.models.local import add_model
    from motivtui.settings import read_settings

    added = add_model(read_settings().data_folder, name, path)
    narrate(f'local/{added.name} is ready: motiv probe "Write a haiku" -m local/{added.name}')
