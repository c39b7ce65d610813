"""The help of the commands that plan a study: their many options in groups, as plain text."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

OTHERS = "Options"


class StudyCommand(TyperCommand):
    """A command whose options stand under the heading of their `rich_help_panel`."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then the groups in the order in which they first appear."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                is_argument = parameter.param_type_name == "argument"
                panel = "Arguments" if is_argument else getattr(parameter, "rich_help_panel", None) or OTHERS
                groups.setdefault(panel, []).append(record)
        groups[OTHERS] = groups.pop(OTHERS, [])  # last
        for panel, records in groups.items():
            with formatter.section(panel):
                formatter.write_dl(records)
