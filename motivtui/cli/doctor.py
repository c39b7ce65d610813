"""`motiv doctor`: keys, models, database and terminal, and where every setting comes from."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from motivtui.cli.options import DbOption, JsonOption

if TYPE_CHECKING:
    from motivtui.settings import Settings

KEYS = (
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "MISTRAL_API_KEY",
    "GROQ_API_KEY",
    "OPENROUTER_API_KEY",
    "DEEPSEEK_API_KEY",
    "XAI_API_KEY",
)
"""The keys of well-known providers; any other that litellm knows works too."""


def doctor(db: DbOption = None, json: JsonOption = False) -> None:
    """Show settings with their sources, local models, keys (never their value), database, terminal and versions."""
    from motivtui.cli.output import stdout, write_json
    from motivtui.cli.table import write_table
    from motivtui.conduct.versions import versions
    from motivtui.settings import read_settings

    settings = read_settings({"db": db})
    report: dict[str, dict[str, Any]] = {
        "settings": _settings(settings),
        "models": _models(settings),
        "keys": _keys(settings),
        "database": _database(settings),
        "terminal": _terminal(),
        "versions": versions(),
    }
    if json:
        write_json(report)
        return
    for title, facts in report.items():
        stdout().print(f"\n{title}", style="bold")
        write_table(["", ""], facts.items())


def _settings(settings: Settings) -> dict[str, str]:
    named = {
        "db": settings.db.absolute(),
        "model": settings.model,
        "concurrency": settings.concurrency,
        "local_slots": settings.local_slots,
        "data": settings.data_folder,
        "cache": settings.cache_folder,
    }
    facts = {name: f"{value}  ({settings.sources[name]})" for name, value in named.items()}
    is_there = "" if settings.config_file.exists() else "  (not there: defaults)"
    facts["configuration"] = f"{settings.config_file}{is_there}"
    facts["materials"] = ", ".join(str(path) for path in (settings.materials_folder, *settings.materials))
    limits = settings.limits
    facts["limits"] = (
        f"first byte {limits.first_byte_s:g} s, silence {limits.idle_s:g} s, total {limits.total_s:g} s, "
        f"{limits.retries} retries, {limits.disk_floor_mb} MB left free"
    )
    return facts


def _models(settings: Settings) -> dict[str, str]:
    from motivtui.models.local import local_models

    facts = {}
    for one in local_models(settings.models_folder, settings.data_folder):
        facts[f"local/{one.name}"] = (
            f"ready: {one.path}" if one.is_present else "fetched at first use (motiv models pull)"
        )
    for own in settings.endpoints:
        facts[f"{own.name}/…"] = own.api_base
    return facts


def _keys(settings: Settings) -> dict[str, str]:
    own = [endpoint.api_key_env for endpoint in settings.endpoints if endpoint.api_key_env]
    return {name: "set" if os.environ.get(name) else "not set" for name in dict.fromkeys([*own, *KEYS])}


def _database(settings: Settings) -> dict[str, str]:
    from motivtui.errors import DatabaseError
    from motivtui.store import run_queries
    from motivtui.store.connection import open_reader

    if not settings.db.exists():
        return {str(settings.db): "not there yet: the first probe or run creates it"}
    try:
        reader = open_reader(settings.db)
    except DatabaseError as error:
        return {str(settings.db): f"{error.message} {error.hint}"}
    try:
        summaries = run_queries.run_summaries(reader)
    finally:
        reader.close()
    trials = sum(one["trials"] for one in summaries)
    size = settings.db.stat().st_size / 2**20
    return {str(settings.db): f"{len(summaries):,} runs, {trials:,} trials, {size:.1f} MiB"}


def _terminal() -> dict[str, str]:
    try:
        size = os.get_terminal_size()
        wide = f"{size.columns}×{size.lines}"
    except OSError:
        wide = "no terminal"
    return {
        "size": wide,
        "TERM": os.environ.get("TERM", "not set"),
        "colour": "off (NO_COLOR)" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM", "as TERM says"),
        "encoding": str(sys.stdout.encoding),
    }
