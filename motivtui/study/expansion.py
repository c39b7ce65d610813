"""The seeded expansion of a study into its trials. The same study gives the same plan, trial for trial."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from motivtui.study.canonical import content_hash
from motivtui.study.choices import Shown, choices_of, choices_per_pair
from motivtui.study.design import Study, WordingRule
from motivtui.study.instrument import Instrument, Phase
from motivtui.study.parameters import Decoding
from motivtui.study.prompt import Message, compose, compose_choice, compose_continued, compose_judged
from motivtui.study.task import Task
from motivtui.study.trial import Choice, Trial, trial_key, trial_seed
from motivtui.study.wordings import wordings_of

TOP_LOGPROBS = 20
"""Alternatives asked for at each token: the most that the common endpoints give."""


def expand(study: Study) -> list[Trial]:
    """Every trial of the study in the seeded order in which it is run.

    The order is shuffled, so that neither time nor a warming endpoint goes with a condition. What continues an
    execution stands right after it: a chain is complete early, whenever the run stops.
    """
    # The seed as text: of a number, Python's generator drops the sign.
    shuffle = random.Random(str(study.seed)).shuffle  # noqa: S311 (a plan, not a secret)
    chains = [chain for model in study.models for chain in _chains(study, model)]
    shuffle(chains)
    for chain in chains:
        after = chain[1:]
        shuffle(after)
        chain[1:] = after
    trials = [trial for chain in chains for trial in chain]
    return [replace(trial, ordinal=ordinal) for ordinal, trial in enumerate(trials, start=1)]


def trial_count(study: Study) -> int:
    """How many trials `expand` makes, without making them."""
    cells = {one.id: one.wording_count if study.wording_rule is WordingRule.ALL else 1 for one in study.manipulations}
    controls = sum(cells[one.id] for one in study.manipulations if one.is_control)
    everything = sum(cells.values())
    executions = sum(study.repeats_of(one) for one in study.of_phase(Phase.EXECUTE))
    count = 0
    for instrument in study.instruments:
        repeats = study.repeats_of(instrument)
        conditions = controls if instrument.control_only else everything
        if instrument.phase is Phase.CHOICE:
            count += len(study.pairs) * choices_per_pair(study) * repeats
        elif instrument.needs_execution:
            respondents = len(study.judges) if instrument.phase is Phase.JUDGE else 1
            count += len(study.tasks) * conditions * executions * repeats * respondents
        else:
            count += len(study.tasks) * conditions * repeats
    return len(study.models) * count


@dataclass(frozen=True, slots=True)
class _Cell:
    """A trial's place in the design. What is None is left out of the trial's key."""

    task: str
    manipulation: str
    wording: int
    instrument: str
    repeat: int
    continues: str | None = None
    judge: str | None = None
    other_task: str | None = None
    order: str | None = None
    manipulated: str | None = None

    def as_record(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def _chains(study: Study, model: str) -> Iterator[list[Trial]]:
    """The trials of one model, in the order of the materials, each execution followed by what continues it."""
    for instrument in study.of_phase(Phase.PRE, Phase.EXECUTE, Phase.CHOICE):
        if instrument.phase is Phase.CHOICE:
            yield from ([trial] for trial in _choice_trials(study, model, instrument))
            continue
        for trial, task in _task_trials(study, model, instrument):
            after = _continuations(study, trial, task) if instrument.phase is Phase.EXECUTE else ()
            yield [trial, *after]


def _task_trials(study: Study, model: str, instrument: Instrument) -> Iterator[tuple[Trial, Task]]:
    """One instrument about every task, under every manipulation."""
    for place, task in enumerate(study.tasks):
        for manipulation in study.manipulations:
            if instrument.control_only and not manipulation.is_control:
                continue
            for repeat in range(1, study.repeats_of(instrument) + 1):
                for wording in wordings_of(study, place, manipulation, repeat):
                    cell = _Cell(task.id, manipulation.id, wording, instrument.id, repeat)
                    order = _item_order(study, instrument, model, cell)
                    messages = compose(instrument, task, manipulation, wording, order)
                    yield _trial(study, model, instrument, messages, cell, order), task


def _continuations(study: Study, execution: Trial, task: Task) -> Iterator[Trial]:
    """What comes after one execution."""
    is_control = next(one for one in study.manipulations if one.id == execution.manipulation).is_control
    for instrument in study.instruments:
        if not instrument.needs_execution or (instrument.control_only and not is_control):
            continue
        for judge in study.judges if instrument.phase is Phase.JUDGE else (None,):
            for repeat in range(1, study.repeats_of(instrument) + 1):
                cell = _Cell(
                    execution.task,
                    execution.manipulation,
                    execution.wording,
                    instrument.id,
                    repeat,
                    continues=execution.key,
                    judge=judge,
                )
                order = _item_order(study, instrument, execution.model, cell)
                if judge:
                    messages = compose_judged(instrument, task, order)
                else:
                    messages = compose_continued(instrument, task, execution.messages, order)
                yield _trial(study, execution.model, instrument, messages, cell, order)


def _choice_trials(study: Study, model: str, instrument: Instrument) -> Iterator[Trial]:
    """One instrument about every pair of tasks, in every order, with the note on every side."""
    tasks = {task.id: task for task in study.tasks}
    for pair in study.pairs:
        for shown in choices_of(study, pair):
            for repeat in range(1, study.repeats_of(instrument) + 1):
                yield _choice_trial(study, model, instrument, shown, tasks, repeat)


def _choice_trial(
    study: Study, model: str, instrument: Instrument, shown: Shown, tasks: Mapping[str, Task], repeat: int
) -> Trial:
    choice = shown.choice
    cell = _Cell(
        shown.task,
        shown.manipulation,
        1,
        instrument.id,
        repeat,
        other_task=choice.other_task,
        order=str(choice.order),
        manipulated=choice.manipulated,
    )
    order = _item_order(study, instrument, model, cell)
    first, second = (tasks[task] for task in shown.tasks)
    messages = compose_choice(instrument, (first, second), shown.notes, order)
    return _trial(study, model, instrument, messages, cell, order, choice)


def _item_order(study: Study, instrument: Instrument, model: str, cell: _Cell) -> tuple[str, ...]:
    """The trial's own order of the items; empty: the instrument's."""
    if not instrument.shuffles_items:
        return ()
    names = [item.name for item in instrument.items]
    key = content_hash(["items", study.seed, model, cell.as_record()])
    random.Random(key).shuffle(names)  # noqa: S311 (an order, not a secret)
    return tuple(names)


def _trial(
    study: Study,
    model: str,
    instrument: Instrument,
    messages: tuple[Message, ...],
    cell: _Cell,
    item_order: tuple[str, ...],
    choice: Choice | None = None,
) -> Trial:
    parameters = _parameters(study, cell.judge or model, instrument)
    key = trial_key(model, messages, parameters, cell.as_record())
    return Trial(
        ordinal=0,
        key=key,
        model=model,
        task=cell.task,
        manipulation=cell.manipulation,
        wording=cell.wording,
        instrument=cell.instrument,
        repeat=cell.repeat,
        seed=trial_seed(study.seed, key),
        messages=messages,
        parameters=parameters,
        continues=cell.continues,
        judge=cell.judge,
        choice=choice,
        item_order=item_order,
    )


def _parameters(study: Study, respondent: str, instrument: Instrument) -> dict[str, Any]:
    """The respondent's parameters, with what the instrument needs."""
    parameters = study.parameters_of(respondent)
    if not instrument.items:  # nothing to hold a form to
        parameters = replace(parameters, decoding=Decoding.FREE)
    limit = parameters.max_tokens if parameters.max_tokens is not None else instrument.max_tokens
    record = replace(parameters, max_tokens=limit).as_record()
    if instrument.stop:
        record["stop"] = list(instrument.stop)
    if study.has_token_scores and instrument.items:
        record["top_logprobs"] = TOP_LOGPROBS
    return record
