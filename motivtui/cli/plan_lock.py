"""How `motiv plan` is spoken: `plan lock STUDY` for `plan STUDY --lock`, and `--prompts` without a number for all."""

from __future__ import annotations

from typing import Any

from motivtui.cli.study_help import StudyCommand

ALL_PROMPTS = str(2**31)


class PlanCommand(StudyCommand):
    """The command `plan`, with the word `lock` in front of its file understood."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As ever, the word turned into the flag, and a missing number filled in."""
        if args[:1] == ["lock"]:
            args = [*args[1:], "--lock"]
        return super().parse_args(ctx, with_number(args))


def with_number(args: list[str]) -> list[str]:
    """The arguments, `--prompts` always followed by a number."""
    filled: list[str] = []
    for place, word in enumerate(args):
        filled.append(word)
        if word == "--prompts" and not "".join(args[place + 1 : place + 2]).lstrip("-").isdecimal():
            filled.append(ALL_PROMPTS)
    return filled
