"""Tasks: what a model is asked about, and asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BUILT_IN_SET = "motiv"

Side = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task as a model meets it.

    `family` is the parent task: the tasks of a family are variations of one demand, so statistics cluster by it.
    `categories` holds one to three category ids, the main one first. `set` names the collection it comes from.
    """

    id: str
    family: str
    categories: tuple[str, ...]
    prompt: str
    set: str = BUILT_IN_SET

    @property
    def category(self) -> str:
        """The main category."""
        return self.categories[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tasks offered together in a choice; `manipulated` is the side that carries the manipulation's note."""

    first: str
    second: str
    manipulated: Side
