"""What the lab offers to pick: models, tasks by category, manipulations by group, instruments by phase.

Reads settings, materials and the folder of local models; blocks, so it is called in a thread. Asks no model anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from motivtui.materials.load import Materials, load_materials
from motivtui.models.local import local_models
from motivtui.models.scripted import SCRIPTS
from motivtui.settings import Settings
from motivtui.study.manipulation import Manipulation
from motivtui.study.task import Task
from motivtui.tui.widgets.pick_tree import Pick
from motivtui.tui.widgets.pickers import Offered


def offered(settings: Settings, typed_models: Iterable[str] = ()) -> Offered:
    """Raises MaterialError: every problem of every material file."""
    materials = load_materials(settings.materials, user_folder=settings.materials_folder)
    return Offered(
        models=model_picks(settings, typed_models),
        tasks=_tasks(materials),
        manipulations=_manipulations(materials),
        instruments=_instruments(materials),
    )


def model_picks(settings: Settings, typed: Iterable[str] = ()) -> tuple[Pick, ...]:
    """Local models, what the user typed, and the scripted ones."""
    local = [
        Pick(f"local/{one.name}", one.name, "" if one.is_present else "is fetched at first use")
        for one in local_models(settings.models_folder, settings.data_folder)
    ]
    default = [settings.model] if not settings.model.startswith("local/") else []
    scripted = [Pick(f"scripted/{name}", name, "no model: to try things out") for name in SCRIPTS]
    listed = {one.id for one in (*local, *scripted)}
    own = [Pick(one, one) for one in dict.fromkeys([*default, *typed]) if one not in listed]
    groups = [
        _group("local", "on this machine", local),
        _group("own", "by id", own),
        _group("scripted", "scripted", scripted),
    ]
    return tuple(group for group in groups if group.children)


def _group(name: str, label: str, children: Sequence[Pick]) -> Pick:
    return Pick(f"group:{name}", label, "", tuple(children))


def _tasks(materials: Materials) -> tuple[Pick, ...]:
    """Category → family → task; a family of one task is that task."""
    families: dict[str, dict[str, list[Task]]] = {}
    for task in materials.tasks.values():
        families.setdefault(task.category, {}).setdefault(task.family, []).append(task)
    return tuple(
        _group(
            f"category:{category}",
            materials.categories.get(category, category),
            [_family(materials, name, tasks) for name, tasks in found.items()],
        )
        for category, found in families.items()
    )


def _family(materials: Materials, name: str, tasks: Sequence[Task]) -> Pick:
    leaves = [Pick(task.id, task.id, " ".join(task.prompt.split())) for task in tasks]
    if len(leaves) == 1:
        return leaves[0]
    return _group(f"family:{name}", materials.families.get(name) or name, leaves)


def _manipulations(materials: Materials) -> tuple[Pick, ...]:
    groups: dict[str, list[Manipulation]] = {}
    for one in materials.manipulations.values():
        groups.setdefault(str(one.group), []).append(one)
    return tuple(
        _group(f"group:{name}", name, [Pick(one.id, one.id, _words_of(one)) for one in found])
        for name, found in groups.items()
    )


def _words_of(one: Manipulation) -> str:
    return "nothing is said" if one.is_control else " ".join(one.wording(1).split())


def _instruments(materials: Materials) -> tuple[Pick, ...]:
    phases: dict[str, list[Pick]] = {}
    for one in materials.instruments.values():
        items = ", ".join(item.name for item in one.items) or "the task is done"
        phases.setdefault(str(one.phase), []).append(Pick(one.id, one.id, items))
    order = ("pre", "choice", "execute", "post", "check", "judge")
    return tuple(_group(f"phase:{phase}", phase, phases[phase]) for phase in order if phase in phases)
