"""Studies with every kind of instrument, small enough to be expanded many times."""

from __future__ import annotations

from hypothesis import strategies as st

from motivtui.study.design import Counterbalance, Study, WordingRule
from motivtui.study.instrument import Instrument, Item, ItemKind, Phase
from motivtui.study.manipulation import CONTROL_ID, Group, Manipulation, Placement
from motivtui.study.task import Pair, Side, Task

ITEMS = (Item("joy", "joy", 1, 7, question="how much joy"), Item("care", "care", 1, 7, question="how much care"))
OPTION = Item("choice", "task", 1, 2, kind=ItemKind.OPTION)
TEMPLATES = {
    Phase.PRE: "Before {task}: {format}",
    Phase.CHOICE: "Task 1:\n{first}\nTask 2:\n{second}\n{format}",
    Phase.EXECUTE: "{task}",
    Phase.POST: "How was it? {format}",
    Phase.CHECK: "Did you notice? {items} {format}",
    Phase.JUDGE: "Rate {task}: <{nonce}>{answer}</{nonce}>\n{items}\n{format}",
}
SECRET = "SECRET"  # stands in every word of a manipulation
MODEL = "MODELNAME"


def an_instrument(phase: Phase, number: int = 0, **changes: object) -> Instrument:
    """An instrument of a phase, in the form that such instruments have."""
    items = {Phase.EXECUTE: (), Phase.CHOICE: (OPTION,)}.get(phase, ITEMS)
    values: dict[str, object] = {
        "id": f"{phase}-{number}",
        "title": "title",
        "phase": phase,
        "template": TEMPLATES[phase],
        "items": items,
        "max_tokens": 60 + number,
        "stop": ("ANSWER:",) if phase is Phase.CHOICE else (),
        "is_strict": phase is Phase.JUDGE,
        "shuffles_items": phase in (Phase.JUDGE, Phase.CHECK),
    }
    return Instrument(**(values | changes))  # type: ignore[arg-type]


def a_task(number: int, family: int | None = None) -> Task:
    """A task; two in a row are of one family unless it is given."""
    return Task(f"task-{number}", f"family-{number // 2 if family is None else family}", ("other",), f"Do {number}!")


def a_manipulation(number: int, *, has_note: bool = True) -> Manipulation:
    """A manipulation of two wordings; every other one stands in the system message."""
    wordings = tuple(f"{SECRET} {number} in words {wording}." for wording in (1, 2))
    placement = Placement.SYSTEM if number % 2 else Placement.PREFIX
    note = f"{SECRET} note {number}." if has_note else None
    return Manipulation(f"told-{number}", "title", Group.PLACEBO, wordings, placement, note)


CONTROL = Manipulation(CONTROL_ID, "title", Group.CONTROL)


def a_study(instruments: tuple[Instrument, ...], **changes: object) -> Study:
    """A study of two tasks under the control and two manipulations."""
    values: dict[str, object] = {
        "name": "study",
        "seed": 1,
        "models": (f"{MODEL}-0",),
        "tasks": (a_task(0), a_task(2)),
        "manipulations": (CONTROL, a_manipulation(0), a_manipulation(1)),
        "instruments": instruments,
        "repeats": 1,
        "judges": ("judge-a",),
        "pairs": (Pair("task-0", "task-2", "first"),),
    }
    return Study(**(values | changes))  # type: ignore[arg-type]


@st.composite
def studies(draw: st.DrawFn) -> Study:
    """Any study: every phase or not, any repeats, both rules of balance, some manipulations without a note."""
    phases = [phase for phase in Phase for _ in range(draw(st.sampled_from([1, 1, 0, 2])))]
    instruments = tuple(
        an_instrument(
            phase,
            number,
            repeats=draw(st.sampled_from([None, 1, 2])),
            shuffles_items=draw(st.booleans()),
            control_only=phase not in (Phase.EXECUTE, Phase.CHOICE) and draw(st.sampled_from([False, False, True])),
        )
        for number, phase in enumerate(draw(st.permutations(phases)))
    )
    tasks = tuple(a_task(number) for number in range(draw(st.sampled_from([3, 1, 2, 4]))))
    sides = st.sampled_from(["first", "second"])
    pairs = [(one, other) for place, one in enumerate(tasks) for other in tasks[place + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1, max_size=3)) if pairs else []
    told = tuple(
        a_manipulation(number, has_note=draw(st.sampled_from([True, True, False])))
        for number in range(draw(st.sampled_from([2, 0, 1])))
    )
    return a_study(
        instruments,
        seed=draw(st.integers(-(2**40), 2**40)),
        models=tuple(f"{MODEL}-{number}" for number in range(draw(st.integers(1, 2)))),
        tasks=tasks,
        manipulations=draw(st.permutations((CONTROL, *told))) if told else (CONTROL,),
        repeats=draw(st.integers(1, 2)),
        wording_rule=draw(st.sampled_from(WordingRule)),
        judges=tuple(f"judge-{number}" for number in range(draw(st.sampled_from([1, 2, 0])))),
        pairs=tuple(Pair(one.id, other.id, _side(draw(sides))) for one, other in chosen),
        orders=draw(st.sampled_from(Counterbalance)),
        sides=draw(st.sampled_from(Counterbalance)),
    )


def _side(side: str) -> Side:
    return "first" if side == "first" else "second"
