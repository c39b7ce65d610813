"""From flags to a study: which models, tasks, manipulations and instruments, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from motivtui.errors import UsageError
from motivtui.models.catalogue import resolve
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.runner.estimate import Estimate, Price, estimate
from motivtui.settings import Settings
from motivtui.study.design import Study, WordingRule
from motivtui.study.expansion import expand
from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.task import Task
from motivtui.study.trial import Trial

Kinds = TypeVar("Kinds", WordingRule, Decoding)


@dataclass(frozen=True, slots=True)
class Design:
    """The part of a study that flags decide directly."""

    name: str
    seed: int
    repeats: int
    wordings: str
    decoding: str | None
    temperature: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A study, its participants and its trials."""

    study: Study
    endpoints: Mapping[str, Endpoint]
    trials: Sequence[Trial]

    @property
    def estimate(self) -> Estimate:
        """What it will take."""
        return estimate(self.trials, self._price)

    def _price(self, model: str) -> Price | None:
        kind = self.endpoints[model].kind
        if kind in (Kind.LOCAL, Kind.SCRIPTED):
            return (0.0, 0.0)
        if kind is Kind.CUSTOM:
            return None
        from motivtui.models.litellm_door.catalogue import price_per_token

        return price_per_token(self.endpoints[model].wire_model)

    def product(self) -> str:
        """The product in words: `1 model × 20 tasks × 3 manipulations × 1 instrument × 2 repeats = 120 calls`."""
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
        return f"{' × '.join(counts)} = {_count(len(self.trials), 'call')}"


def make_plan(
    settings: Settings,
    models: Sequence[str],
    tasks: Sequence[Task],
    manipulations: Sequence[Manipulation],
    instruments: Sequence[Instrument],
    design: Design,
) -> Plan:
    """Resolve the models and expand the study. Raises UsageError and ModelError."""
    named = list(dict.fromkeys(models or [settings.model]))
    endpoints = {model: resolve(model, settings) for model in named}
    study = Study(
        name=design.name,
        seed=design.seed,
        models=tuple(named),
        tasks=tuple(tasks),
        manipulations=tuple(manipulations),
        instruments=tuple(instruments),
        repeats=design.repeats,
        parameters={model: _parameters(endpoint, design) for model, endpoint in endpoints.items()},
        wording_rule=_choice("--wordings", design.wordings, WordingRule),
    )
    return Plan(study, endpoints, expand(study))


def clean_text(text: str, what: str) -> str:
    """Text from the command line as a model can be sent it. Raises UsageError: not UTF-8, or nothing but space."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{what} is not valid UTF-8", hint="Check the terminal's encoding.") from None
    if not text.strip():
        raise UsageError(f"{what} is empty", hint='For example: motiv probe "Write a haiku about autumn"')
    return text


def material_paths(paths: Sequence[Path] | None) -> list[str]:
    """Paths from `--materials`, for the settings."""
    return [str(path) for path in paths or []]


def _parameters(endpoint: Endpoint, design: Design) -> Parameters:
    parameters = endpoint.defaults
    if design.decoding is not None:
        decoding = _choice("--decoding", design.decoding, Decoding)
        if endpoint.kind is Kind.LITELLM and decoding is Decoding.SCHEMA and parameters.decoding is Decoding.FREE:
            # litellm would leave the schema out without a word, and the rows would say what was never done.
            raise UsageError(f"{endpoint.model} does not hold to a schema", hint="Leave --decoding out, or say free.")
        parameters = replace(parameters, decoding=decoding)
    if design.temperature is not None:
        parameters = replace(parameters, temperature=design.temperature)
    return parameters


def _choice(option: str, value: str, kinds: type[Kinds]) -> Kinds:
    try:
        return kinds(value)
    except ValueError:
        raise UsageError(f"{option} {value!r}", hint=f"One of: {', '.join(kinds)}.") from None


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
