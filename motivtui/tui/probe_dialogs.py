"""The probe's dialogs, filled: what can be picked, what a promoted task can be called. Reads files: it blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from motivtui.materials import Materials
from motivtui.materials.material_file import id_fault
from motivtui.materials.own_tasks import own_task_id
from motivtui.settings import Settings
from motivtui.tui.dialogs.choose import ChooseDialog
from motivtui.tui.dialogs.promote import PromoteDialog
from motivtui.tui.offered import offered
from motivtui.tui.probe_cells import Choices
from motivtui.tui.promotion import SET, own_tasks_file

_ABOUT = {
    "models": "local/… runs on this machine; ENDPOINT/MODEL is one of yours; any litellm id works if its key is set.",
    "conditions": "What is said besides the task. `none` is the control; pick two or more to compare.",
    "instruments": "How motivation is measured: asked before (pre), or after the task was really done (post).",
}
_NEEDS_MORE = ("phase:choice", "phase:judge")
"""Instruments that need two tasks or another model: they are the Lab's."""


def choose_dialog(what: str, choices: Choices, settings: Settings, typed: Iterable[str]) -> ChooseDialog:
    """For `what`: models, conditions or instruments. `typed`: model ids used before. Raises MotivError."""
    found, about = offered(settings, typed), _ABOUT[what]
    if what == "models":
        return ChooseDialog("Models", found.models, choices.models, about=about, takes_others=True)
    if what == "conditions":
        return ChooseDialog(
            "Conditions", found.manipulations, choices.manipulations, about=about, fault=_conditions_fault
        )
    instruments = [one for one in found.instruments if one.id not in _NEEDS_MORE]
    return ChooseDialog("Instruments", instruments, choices.instruments, about=about)


def _conditions_fault(picked: tuple[str, ...]) -> str:
    return "" if len(picked) > 1 else "Pick two or more: one condition alone shows no difference."


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
