"""What a probe can be put to, as lists to pick from: models, conditions, instruments.

Reads settings and materials; calls nobody, draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from motivtui.materials import Materials
from motivtui.settings import Settings
from motivtui.study.instrument import Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.tui.widgets.pick_tree import Pick

ABOUT_MODELS = "A model is `local/…` (on this machine), ENDPOINT/MODEL of yours, or any litellm id whose key is set."
ABOUT_CONDITIONS = "What is said to the model besides the task. `none` is the control; pick two or more to compare."
ABOUT_INSTRUMENTS = "How motivation is measured: asked before, or after the task was really done."


def model_picks(settings: Settings, typed: Iterable[str]) -> tuple[Pick, ...]:
    """Models by where they are; `typed`: ids that were used before. Raises ConfigError: the list of models is off."""
    from motivtui.models.local import local_models
    from motivtui.models.scripted import SCRIPTS

    local = tuple(
        Pick(f"local/{one.name}", f"local/{one.name}", "" if one.is_present else "is fetched first")
        for one in local_models(settings.models_folder, settings.data_folder)
    )
    scripted = tuple(Pick(f"scripted/{name}", f"scripted/{name}") for name in SCRIPTS)
    known = {one.id for one in (*local, *scripted)}
    others = tuple(Pick(one, one) for one in dict.fromkeys((*typed, settings.model)) if one not in known)
    groups = [Pick("local", "On this machine", "free", local)]
    if others:
        groups.append(Pick("others", "By their id", "", others))
    return (*groups, Pick("scripted", "Scripted: no model behind them, to try things out", "", scripted))


def condition_picks(materials: Materials) -> tuple[Pick, ...]:
    """Manipulations by group, the control first; the first wording stands behind each."""
    known = sorted(materials.manipulations.values(), key=lambda one: (one.id != CONTROL_ID, str(one.group)))
    return tuple(
        Pick(group, group.replace("-", " ").capitalize(), "", tuple(_condition(one.id, materials) for one in of_group))
        for group, of_group in groupby(known, key=lambda one: str(one.group))
    )


def instrument_picks(materials: Materials) -> tuple[Pick, ...]:
    """The instruments that one task is enough for and no judge."""
    return tuple(
        Pick(one.id, one.id, f"{one.title}: {', '.join(item.name for item in one.items) or 'the task is done'}")
        for one in materials.instruments.values()
        if one.phase not in (Phase.CHOICE, Phase.JUDGE)
    )


def conditions_fault(picked: tuple[str, ...]) -> str:
    """Why these conditions cannot be taken; empty: they can."""
    return "" if len(picked) > 1 else "Pick two or more: one condition alone shows no difference."


def _condition(name: str, materials: Materials) -> Pick:
    one = materials.manipulations[name]
    note = "nothing is added" if one.is_control else f"“{' '.join(one.wording(1).split())}”"
    return Pick(name, name, note)
