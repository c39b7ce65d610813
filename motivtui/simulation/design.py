"""The study of a simulated run: tasks, manipulations and pairs by number, the shipped instruments. Draws nothing."""

from __future__ import annotations

import random
from dataclasses import replace

from motivtui.errors import UsageError
from motivtui.materials.load import load_materials
from motivtui.simulation.truth import PREFIX, Truth
from motivtui.study.choices import sample_pairs
from motivtui.study.design import Study
from motivtui.study.instrument import Instrument, Phase
from motivtui.study.manipulation import CONTROL_ID, Group, Manipulation
from motivtui.study.task import Pair, Task

TASK_SET = "simulated"


def study_of(truth: Truth, seed: int) -> Study:
    """The study that `truth` describes; its plan hangs on the seed. Raises UsageError: it cannot be carried out."""
    instruments = _instruments(truth)
    tasks = _tasks(truth)
    has_choice = any(one.phase is Phase.CHOICE for one in instruments)
    return Study(
        name=f"simulated: {truth.name}",
        seed=seed,
        models=tuple(PREFIX + name for name in truth.models),
        tasks=tasks,
        manipulations=_manipulations(truth),
        instruments=instruments,
        repeats=truth.repeats,
        judges=tuple(PREFIX + name for name in truth.judges),
        pairs=_pairs(truth, tasks, seed) if has_choice else (),
    )


def named(model: str) -> str:
    """A model's name in the truth, from its name in the study."""
    return model.removeprefix(PREFIX)


def _instruments(truth: Truth) -> tuple[Instrument, ...]:
    shipped = load_materials().instruments
    unknown = [one for one in truth.instruments if one not in shipped]
    if unknown:
        raise UsageError(f"no instrument {unknown[0]!r}", hint=f"There are {', '.join(sorted(shipped))}.")
    found = [shipped[one] for one in dict.fromkeys(truth.instruments)]
    if any(one.needs_execution for one in found) and not any(one.phase is Phase.EXECUTE for one in found):
        raise UsageError("an instrument needs executions to go on from", hint='Add "execution" to the instruments.')
    if any(one.phase is Phase.JUDGE for one in found) != bool(truth.judges):
        raise UsageError(
            "judges need their instrument, and the instrument judges", hint='Add "judge" to the instruments, or judges.'
        )
    # A model chooses once a cell: a choice is compared over orders and sides, and repeats are many there already.
    return tuple(replace(one, repeats=1) if one.phase is Phase.JUDGE else one for one in found)


def _tasks(truth: Truth) -> tuple[Task, ...]:
    total = truth.tasks if truth.tasks is not None else truth.families * truth.tasks_per_family
    families = min(truth.families, total)
    categories = list(truth.categories)
    tasks = []
    for family in range(families):
        category = categories[family % len(categories)]
        for number in range(total // families + (family < total % families)):
            name = f"{TASK_SET}.{family + 1:03}.{number + 1}"
            prompt = f"[simulated] Task {number + 1} of family {family + 1}, of the kind {category}."
            tasks.append(Task(name, f"{TASK_SET}.{family + 1:03}", (category,), prompt, TASK_SET))
    return tuple(tasks)


def _pairs(truth: Truth, tasks: tuple[Task, ...], seed: int) -> tuple[Pair, ...]:
    """Pairs of tasks drawn for them: with all of very many tasks, a tournament would take hours."""
    wanted = 2 * truth.pairs
    if wanted < len(tasks):
        tasks = tuple(random.Random(f"pairs {seed}").sample(tasks, wanted))  # noqa: S311 (a simulation)
    return sample_pairs(tasks, truth.pairs, seed)


def _manipulations(truth: Truth) -> tuple[Manipulation, ...]:
    control = Manipulation(CONTROL_ID, "No manipulation", Group.CONTROL)
    others = [
        Manipulation(
            name,
            name.capitalize(),
            one.group,
            tuple(f"[simulated] {name}, wording {number + 1}." for number in range(one.wordings)),
            choice_note=None if one.choice is None else f"[simulated] {name}.",
        )
        for name, one in truth.manipulations.items()
    ]
    return (control, *others)
