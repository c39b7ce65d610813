"""Errors on their way to the console and back: what it shows, and the class that it can catch."""

from __future__ import annotations

from msgspec import Struct

from motivtui import errors
from motivtui.errors import MotivError


class Problem(Struct, frozen=True, kw_only=True):
    """An error as it is told. `kind` is its class in `motivtui.errors`; it holds no key."""

    kind: str = MotivError.__name__
    title: str = MotivError.title
    message: str
    hint: str = ""
    exit_code: int = MotivError.exit_code


def problem_of(error: MotivError) -> Problem:
    """An error, to be told."""
    return Problem(
        kind=type(error).__name__,
        title=error.title,
        message=error.message,
        hint=error.hint,
        exit_code=error.exit_code,
    )


def error_of(problem: Problem) -> MotivError:
    """The error that was told, of its own class, to be raised again."""
    kind = getattr(errors, problem.kind, None)
    if isinstance(kind, type) and issubclass(kind, MotivError):
        return kind(problem.message, hint=problem.hint)
    return MotivError(problem.message, hint=problem.hint)
