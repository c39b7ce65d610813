"""`motiv plan lock STUDY` as a way to say `motiv plan STUDY --lock`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class PlanCommand(TyperCommand):
    """The command `plan`, with the word `lock` in front of its file understood."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As ever, the word turned into the flag."""
        if args[:1] == ["lock"]:
            args = [*args[1:], "--lock"]
        return super().parse_args(ctx, args)
