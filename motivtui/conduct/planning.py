"""From a request to a plan: which models, tasks, manipulations and instruments, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from motivtui.conduct.lock import LockState
from motivtui.conduct.request import RunLimits, Sampling, StudyRequest
from motivtui.errors import UsageError
from motivtui.materials import load_materials, select_instruments, select_manipulations, select_tasks
from motivtui.materials.load import Materials
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.settings import Settings
from motivtui.study.choices import sample_pairs
from motivtui.study.design import Counterbalance, Study, WordingRule
from motivtui.study.expansion import expand, trial_count
from motivtui.study.instrument import Instrument, Phase
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.task import Pair, Task
from motivtui.study.trial import Trial

DEFAULT_REPEATS = 2
DEFAULT_PER_CATEGORY = 2
MAX_TRIALS = 1_000_000
"""More are refused before they are made: a plan stands in memory as a whole, some kilobytes a trial."""
EXECUTION = "execution"


@dataclass(frozen=True, slots=True)
class Plan:
    """A study, who takes part (judges too), and its trials. `added`: instruments that others need, not asked for."""

    request: StudyRequest
    study: Study
    endpoints: Mapping[str, Endpoint]
    trials: Sequence[Trial]
    added: tuple[str, ...] = ()
    lock: LockState | None = None

    @property
    def calls(self) -> dict[str, int]:
        """Calls by instrument, in the study's order."""
        counts = {one.id: 0 for one in self.study.instruments}
        for trial in self.trials:
            counts[trial.instrument] += 1
        return counts

    def product(self) -> str:
        """The product in words: `1 model × 20 tasks × 3 manipulations × 1 instrument = 120 calls`."""
        study = self.study
        counts = [
            _count(len(study.models), "model"),
            _count(len(study.tasks), "task"),
            _count(len(study.manipulations), "manipulation"),
            _count(len(study.instruments), "instrument"),
            _count(study.repeats, "repeat"),
        ]
        if study.wording_rule is WordingRule.ALL:
            counts.append("all wordings")
        if study.judges:
            counts.append(_count(len(study.judges), "judge"))
        joined = " × ".join(counts)
        is_plain = not study.has_choice and not any(one.needs_execution or one.repeats for one in study.instruments)
        return f"{joined} = {_count(len(self.trials), 'call')}" if is_plain else f"{joined}: {len(self.trials):,} calls"


def settings_for(request: StudyRequest, settings: Settings) -> Settings:
    """The settings with the request's limits on top."""
    limits: RunLimits = request.limits
    named = {name: getattr(limits, name) for name in ("retries", "first_byte_s", "idle_s", "total_s", "disk_floor_mb")}
    changed = replace(settings.limits, **{name: value for name, value in named.items() if value is not None})
    return replace(settings, limits=changed, concurrency=limits.concurrency or settings.concurrency)


def plan_study(request: StudyRequest, settings: Settings, tasks: Sequence[Task] | None = None) -> Plan:
    """The plan of a request; `tasks` stand in for the choice of tasks (a probe's own).

    Raises UsageError, MaterialError, ModelError.
    """
    extra = (*settings.materials, *_paths(request.checked()))
    known = load_materials(extra, user_folder=settings.materials_folder)
    seed = request.seed or 0
    chosen = tuple(tasks) if tasks is not None else _tasks(request, known, seed)
    _check_names(request, known)
    manipulations = select_manipulations(known, request.manipulations or ("none",))
    instruments, added = _instruments(request, known)
    models = _models(request.models or (settings.model,))
    judges = _judges(request, models, instruments)
    endpoints = {model: resolve(model, settings) for model in (*models, *judges)}
    study = Study(
        name=request.name or f"{', '.join(one.id for one in manipulations)} × {_count(len(chosen), 'task')}",
        seed=seed,
        models=models,
        tasks=chosen,
        manipulations=manipulations,
        instruments=instruments,
        repeats=request.repeats or DEFAULT_REPEATS,
        parameters={model: _parameters(endpoint, request) for model, endpoint in endpoints.items()},
        wording_rule=WordingRule(request.wordings or WordingRule.ROTATE),
        judges=judges,
        pairs=_pairs(request, known, chosen, instruments, seed),
        orders=Counterbalance(request.choice.orders or Counterbalance.BOTH),
        sides=Counterbalance(request.choice.sides or Counterbalance.BOTH),
        has_token_scores=bool(request.token_scores),
    )
    _check_replies(request, study)
    count = trial_count(study)
    if count > MAX_TRIALS:
        raise UsageError(
            f"{count:,} calls are more than one run holds ({MAX_TRIALS:,})",
            hint="Split the study, for example by model, or sample tasks with --limit.",
        )
    return Plan(request, study, endpoints, expand(study), added)


def _paths(request: StudyRequest) -> tuple[Path, ...]:
    return tuple(Path(one) for one in request.materials or ())


def _tasks(request: StudyRequest, known: Materials, seed: int) -> tuple[Task, ...]:
    asked = request.tasks
    has_choice = any((asked.ids, asked.categories, asked.sets, asked.per_category, asked.limit))
    return select_tasks(
        known,
        ids=asked.ids or (),
        categories=asked.categories or (),
        sets=asked.sets or (),
        per_category=asked.per_category if has_choice else DEFAULT_PER_CATEGORY,
        limit=asked.limit,
        seed=seed,
    )


def _models(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _instruments(request: StudyRequest, known: Materials) -> tuple[tuple[Instrument, ...], tuple[str, ...]]:
    """The instruments asked for, with the request's own numbers, and the execution where they need one."""
    chosen = select_instruments(known, request.instruments or ("pre-self-report",))
    added: tuple[str, ...] = ()
    needing = [one for one in chosen if one.needs_execution]
    if needing and not any(one.phase is Phase.EXECUTE for one in chosen):
        place = chosen.index(needing[0])
        chosen = (*chosen[:place], *select_instruments(known, (EXECUTION,)), *chosen[place:])
        added = (EXECUTION,)
    return tuple(_with_numbers(one, request) for one in chosen), added


def _with_numbers(instrument: Instrument, request: StudyRequest) -> Instrument:
    limit = request.max_tokens_of.get(instrument.id, request.parameters.max_tokens or instrument.max_tokens)
    key = "max_tokens_of" if instrument.id in request.max_tokens_of else "max_tokens"
    _check_budget(key, limit, instrument)
    repeats = request.repeats_of.get(instrument.id, instrument.repeats)
    return replace(instrument, max_tokens=limit, repeats=repeats)


def _check_budget(key: str, limit: int, instrument: Instrument) -> None:
    if limit < instrument.score_tokens:
        raise UsageError(
            f"{key}: {limit} could cut a score of {instrument.id}, whose scores alone may take "
            f"{instrument.score_tokens} tokens",
            hint="Give at least that.",
        )


def _check_replies(request: StudyRequest, study: Study) -> None:
    """A model's own budget must let through the scores of everything that it is asked. Raises UsageError."""
    for model, sampling in request.parameters_of.items():
        for instrument in study.instruments if sampling.max_tokens is not None else ():
            if model in (study.judges if instrument.phase is Phase.JUDGE else study.models):
                _check_budget(f'parameters_of."{model}".max_tokens', sampling.max_tokens or 0, instrument)


def _judges(request: StudyRequest, models: Sequence[str], instruments: Sequence[Instrument]) -> tuple[str, ...]:
    judges = _models(request.judges or ())
    judging = [one.id for one in instruments if one.phase is Phase.JUDGE]
    if judging and not judges:
        raise UsageError(
            f"{', '.join(judging)} needs a judge",
            hint="Name one or more models with --judge (judges = [...] in a study file).",
        )
    if not judging:
        return ()
    themselves = [judge for judge in judges if judge in models]
    if themselves and not request.allow_self_judge:
        raise UsageError(
            f"{', '.join(themselves)} would judge its own answers",
            hint="Name another judge, or say --allow-self-judge (allow_self_judge = true).",
        )
    return judges


def _pairs(
    request: StudyRequest, known: Materials, tasks: Sequence[Task], instruments: Sequence[Instrument], seed: int
) -> tuple[Pair, ...]:
    """The pairs that choices offer; none when nothing is to be chosen."""
    if not any(one.phase is Phase.CHOICE for one in instruments):
        return ()
    asked = request.choice
    if asked.source == "library":
        ids = {task.id for task in tasks}
        pairs = tuple(pair for pair in known.pairs if pair.first in ids and pair.second in ids)[: asked.pairs]
        hint = "Import some with `motiv tasks import --pairs`, choose more tasks, or leave --pairs-from out."
    else:
        pairs = sample_pairs(tasks, asked.pairs, seed)
        hint = "A choice needs tasks of at least two families; a probe has only one."
    if not pairs:
        raise UsageError("no pair of tasks to choose between", hint=hint)
    return pairs


def _parameters(endpoint: Endpoint, request: StudyRequest) -> Parameters:
    own = request.parameters_of.get(endpoint.model, Sampling())
    asked = own.over(request.parameters)
    parameters = endpoint.defaults
    if asked.decoding is not None:
        is_vain = endpoint.kind is Kind.LITELLM and parameters.decoding is Decoding.FREE
        if is_vain and asked.decoding is Decoding.SCHEMA:
            # litellm would leave the schema out without a word, and the rows would say what was never done.
            raise UsageError(f"{endpoint.model} does not hold to a schema", hint="Leave --decoding out, or say free.")
        parameters = replace(parameters, decoding=asked.decoding)
    if asked.temperature is not None:
        parameters = replace(parameters, temperature=asked.temperature)
    if asked.top_p is not None:
        parameters = replace(parameters, top_p=asked.top_p)
    if own.max_tokens is not None:  # that of all models is in the instruments: see `_with_numbers`
        parameters = replace(parameters, max_tokens=own.max_tokens)
    return parameters


def _check_names(request: StudyRequest, known: Materials) -> None:
    """A number for an instrument that nobody knows would be lost without a word. Raises UsageError."""
    for key, named in (("repeats_of", request.repeats_of), ("max_tokens_of", request.max_tokens_of)):
        strange = [name for name in named if name not in known.instruments]
        if strange:
            raise UsageError(
                f"{key}: there is no instrument {', '.join(strange)}",
                hint=f"There are: {', '.join(known.instruments)}.",
            )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
