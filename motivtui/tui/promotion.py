"""From a probe to a study: the task becomes one of the user's own, and the Lab is given the rest."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from motivtui.materials.own_tasks import add_own_task
from motivtui.settings import Settings
from motivtui.tui.draft import Draft
from motivtui.tui.probe_cells import Choices

FILE_NAME = "probes.toml"
SET = "probes"


class PromoteToStudy(Message):
    """The Lab is to show this draft. Posted to the app."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


def own_tasks_file(settings: Settings) -> Path:
    """Where promoted tasks are written."""
    return settings.materials_folder / FILE_NAME


def promoted(settings: Settings, family: str, category: str, task: str, choices: Choices) -> Draft:
    """Write the task, and the draft that has it picked. Blocks. Raises MaterialError."""
    name = add_own_task(own_tasks_file(settings), family, category, task)
    return Draft(
        models=list(choices.models),
        tasks=[name],
        manipulations=list(choices.manipulations),
        instruments=list(choices.instruments),
        repeats=choices.repeats,
    )
