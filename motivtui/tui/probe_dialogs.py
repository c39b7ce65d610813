"""The probe's dialogs, filled: what can be picked, what a promoted task can be called. Reads files: it blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from motivtui.materials import Materials, load_materials
from motivtui.materials.material_file import id_fault
from motivtui.materials.own_tasks import own_task_id
from motivtui.settings import Settings
from motivtui.tui.dialogs.choose import ChooseDialog
from motivtui.tui.dialogs.promote import PromoteDialog
from motivtui.tui.probe_cells import Choices
from motivtui.tui.probe_picks import (
    ABOUT_CONDITIONS,
    ABOUT_INSTRUMENTS,
    ABOUT_MODELS,
    condition_picks,
    conditions_fault,
    instrument_picks,
    model_picks,
)
from motivtui.tui.promotion import SET, own_tasks_file


def pick_dialog(what: str, choices: Choices, settings: Settings, typed: Iterable[str]) -> ChooseDialog:
    """For `what`: models, conditions or instruments. `typed`: model ids used before. Raises MotivError."""
    if what == "models":
        picks = model_picks(settings, typed)
        return ChooseDialog("Models", picks, choices.models, about=ABOUT_MODELS, takes_others=True)
    materials = load_materials(settings.materials, user_folder=settings.materials_folder)
    if what == "conditions":
        picks = condition_picks(materials)
        return ChooseDialog("Conditions", picks, choices.manipulations, about=ABOUT_CONDITIONS, fault=conditions_fault)
    return ChooseDialog("Instruments", instrument_picks(materials), choices.instruments, about=ABOUT_INSTRUMENTS)


def with_picked(choices: Choices, what: str, picked: tuple[str, ...]) -> Choices:
    """The choices with another one of them."""
    if what == "models":
        return replace(choices, models=picked)
    if what == "conditions":
        return replace(choices, manipulations=picked)
    return replace(choices, instruments=picked)


def promote_dialog(task: str, materials: Materials, settings: Settings) -> PromoteDialog:
    """With a free id to begin with, and the categories that there are."""

    def is_taken(name: str) -> bool:
        return f"{SET}/{name}" in materials.families

    def fault(name: str) -> str | None:
        wrong = id_fault(name)
        return wrong or ("There is a task of that id already: choose another one." if is_taken(name) else None)

    stem = own_task_id(task)[:56]
    free = next(
        name for number in range(1, 10_000) if not is_taken(name := stem if number == 1 else f"{stem}-{number}")
    )
    categories = sorted(materials.categories.items(), key=lambda one: one[1])
    return PromoteDialog(task, str(own_tasks_file(settings)), free, categories, fault)
