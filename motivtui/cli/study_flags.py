"""The flags that say what a study is, once, for `run` and `plan`: each has its key in a study file.

`study_command` gives them to a command together with the study file, as one request.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from motivtui.cli import completion
from motivtui.cli.options import (
    STUDY_PANEL,
    ConditionsOption,
    InstrumentsOption,
    MaterialsOption,
    ModelsOption,
    NameOption,
    SeedOption,
    WordingsOption,
    paths,
    split,
)
from motivtui.errors import UsageError

if TYPE_CHECKING:
    from motivtui.conduct.request import StudyRequest

Option = typer.Option


_study = partial(Option, rich_help_panel=STUDY_PANEL)
_tasks = partial(Option, rich_help_panel="Which tasks")
_pairs = partial(Option, rich_help_panel="Choices between two tasks")
_replies = partial(Option, rich_help_panel="How replies are sampled and scored")
_limits = partial(Option, rich_help_panel="How the run is carried out")


class StudyFlags:
    """Name → what Typer is told of it. None: not said, so the study file or the default decides."""

    name: NameOption
    model: ModelsOption
    judge: Annotated[
        list[str] | None,
        _study("--judge", metavar="ID", help="Model that judges the answers.", autocompletion=completion.models),
    ]
    allow_self_judge: Annotated[bool | None, _study("--allow-self-judge", help="A model may judge itself.")]
    manipulation: ConditionsOption
    wordings: WordingsOption
    instrument: InstrumentsOption
    repeats: Annotated[int | None, _study("--repeats", "-n", metavar="N", min=1, max=1000, help="Default: 2.")]
    repeats_of: Annotated[list[str] | None, _study("--repeats-of", metavar="ID=N", help="Repeats of one instrument.")]
    seed: SeedOption
    materials: MaterialsOption
    analysis: Annotated[
        str | None, _study("--analysis", metavar="PRESET", help="robust (default) or replicate: frozen by a lock.")
    ]

    task: Annotated[
        list[str] | None, _tasks("--task", "-t", metavar="ID", help="Task or family id, or a pattern such as 'haiku*'.")
    ]
    category: Annotated[list[str] | None, _tasks("--category", metavar="ID", help="Category; several with commas.")]
    task_set: Annotated[list[str] | None, _tasks("--set", metavar="NAME", help="Set; several with commas.")]
    per_category: Annotated[
        int | None, _tasks("--per-category", metavar="N", min=1, help="Sample so many of each category.")
    ]
    limit: Annotated[
        int | None, _tasks("--limit", metavar="N", min=1, help="Sample so many, balanced over the categories.")
    ]

    pairs: Annotated[
        int | None, _pairs("--pairs", metavar="N", min=1, help="How many pairs (default: each task once).")
    ]
    pairs_from: Annotated[
        str | None,
        _pairs("--pairs-from", metavar="SOURCE", help="sampled (default), or library: the materials' own pairs."),
    ]
    orders: Annotated[str | None, _pairs("--orders", metavar="WHICH", help="Of the two tasks: both (default), first.")]
    sides: Annotated[
        str | None, _pairs("--sides", metavar="WHICH", help="Where the note stands: both (default), first.")
    ]

    decoding: Annotated[
        str | None, _replies("--decoding", metavar="MODE", help="free or schema (default: what fits the endpoint).")
    ]
    temperature: Annotated[
        float | None, _replies("--temperature", metavar="X", min=0, max=2, help="Default: the endpoint's.")
    ]
    top_p: Annotated[float | None, _replies("--top-p", metavar="X", min=0, max=1, help="Default: the endpoint's.")]
    max_tokens: Annotated[
        int | None, _replies("--max-tokens", metavar="N", min=1, help="Longest reply (default: the instrument's).")
    ]
    max_tokens_of: Annotated[
        list[str] | None, _replies("--max-tokens-of", metavar="ID=N", help="Longest reply to one instrument.")
    ]
    token_scores: Annotated[
        bool | None,
        _replies("--token-scores", help="Also score by token probabilities, where the endpoint gives them."),
    ]

    concurrency: Annotated[
        int | None, _limits("--concurrency", "-j", metavar="N", help="Calls at once, a provider (default: 8).")
    ]
    retries: Annotated[
        int | None, _limits("--retries", metavar="N", min=0, max=100, help="Further attempts (default: 3).")
    ]
    first_byte: Annotated[
        float | None, _limits("--first-byte-s", metavar="S", help="Seconds to the first sign (default: 60).")
    ]
    idle: Annotated[float | None, _limits("--idle-s", metavar="S", help="Seconds of silence (default: 60).")]
    total: Annotated[float | None, _limits("--total-s", metavar="S", help="Seconds to the end (default: 600).")]
    max_cost: Annotated[
        float | None, _limits("--max-cost", metavar="USD", min=0, help="Dollars that the run may never pass.")
    ]
    allow_unpriced: Annotated[
        bool | None, _limits("--allow-unpriced", help="With --max-cost: also models whose price nobody knows.")
    ]
    disk_floor: Annotated[
        int | None, _limits("--disk-floor", metavar="MB", min=0, help="Room to leave on the disk (default: 64).")
    ]
    stream: Annotated[bool | None, _limits("--stream", help="Stream every call: slower, times the first token.")]
    processes: Annotated[
        int | None,
        _limits("--processes", metavar="N", min=0, max=64, help="Processes for the calls (default: what pays off)."),
    ]


_CHOICES = {
    "--wordings": ("", "wordings", ("rotate", "first", "all")),
    "--analysis": ("", "analysis", ("robust", "replicate")),
    "--pairs-from": ("choice", "from", ("sampled", "library")),
    "--orders": ("choice", "orders", ("both", "first")),
    "--sides": ("choice", "sides", ("both", "first")),
    "--decoding": ("parameters", "decoding", ("free", "schema")),
}
"""Flag → its table and key in a request, and the words it takes."""

FileArgument = Annotated[
    Path | None, typer.Argument(metavar="[STUDY]", help="A study file (TOML); flags win over it.", show_default=False)
]


def study_command(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the study's flags in front of its own.

    It is called with `study` (the file, or None) and `request` (file and flags together) in their place.
    """
    flags = get_type_hints(StudyFlags, include_extras=True)
    own = {
        name: parameter.replace(annotation=annotation)
        for (name, parameter), annotation in zip(
            ((name, one) for name, one in inspect.signature(command).parameters.items()),
            (get_type_hints(command, include_extras=True)[name] for name in inspect.signature(command).parameters),
            strict=True,
        )
        if name not in ("study", "request")
    }

    def with_flags(**values: Any) -> None:
        study = values.pop("study")
        said = {name: values.pop(name) for name in flags}
        command(study=study, request=_request(study, said), **values)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("study", keyword, default=None, annotation=FileArgument),
        *(inspect.Parameter(name, keyword, default=None, annotation=annotation) for name, annotation in flags.items()),
        *(parameter.replace(kind=keyword) for parameter in own.values()),
    ]
    with_flags.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    with_flags.__name__, with_flags.__doc__ = command.__name__, command.__doc__
    return with_flags


def _request(study: Path | None, said: dict[str, Any]) -> StudyRequest:
    """File and flags together. Raises UsageError."""
    from motivtui.conduct.request import StudyRequest
    from motivtui.conduct.study_file import read_study_file

    below = read_study_file(study) if study else StudyRequest()
    return _from_flags(said).over(below)


def _from_flags(said: dict[str, Any]) -> StudyRequest:
    """The request that the flags alone mean. Raises UsageError: a value that no key may have."""
    record = {
        "name": said["name"],
        "seed": said["seed"],
        "models": _list(said["model"]),
        "judges": _list(said["judge"]),
        "allow_self_judge": said["allow_self_judge"],
        "manipulations": _list(said["manipulation"]),
        "wordings": said["wordings"],
        "instruments": _list(said["instrument"]),
        "repeats": said["repeats"],
        "analysis": said["analysis"],
        "token_scores": said["token_scores"],
        "materials": paths(said["materials"]) or None,
        "tasks": {
            "ids": _list(said["task"]),
            "categories": _list(said["category"]),
            "sets": _list(said["task_set"]),
            "per_category": said["per_category"],
            "limit": said["limit"],
        },
        "choice": {
            "pairs": said["pairs"],
            "from": said["pairs_from"],
            "orders": said["orders"],
            "sides": said["sides"],
        },
        "repeats_of": _numbers("--repeats-of", said["repeats_of"]),
        "max_tokens_of": _numbers("--max-tokens-of", said["max_tokens_of"]),
        "parameters": {
            "decoding": said["decoding"],
            "temperature": said["temperature"],
            "top_p": said["top_p"],
            "max_tokens": said["max_tokens"],
        },
        "limits": {
            "concurrency": said["concurrency"],
            "retries": said["retries"],
            "first_byte_s": said["first_byte"],
            "idle_s": said["idle"],
            "total_s": said["total"],
            "max_cost_usd": said["max_cost"],
            "allow_unpriced": said["allow_unpriced"],
            "disk_floor_mb": said["disk_floor"],
            "stream": said["stream"],
            "processes": said["processes"],
        },
    }
    return request_of(record)


def request_of(record: dict[str, Any]) -> StudyRequest:
    """The request of what flags said. Raises UsageError: a value that no key may have."""
    import msgspec

    from motivtui.conduct.request import StudyRequest

    for flag, (table, key, choices) in _CHOICES.items():
        value = (record.get(table, {}) if table else record).get(key)
        if value is not None and value not in choices:
            raise UsageError(f"{flag} {value!r}", hint=f"One of: {', '.join(choices)}.")
    try:
        return StudyRequest.from_record(record)
    except msgspec.ValidationError as error:
        raise UsageError(f"a flag's value: {error}", hint="`motiv run --help` says what each flag takes.") from None


def _list(values: list[str] | None) -> list[str] | None:
    return split(values) or None


def _numbers(flag: str, values: list[str] | None) -> dict[str, int]:
    """`execution=1` → {"execution": 1}."""
    numbers = {}
    for value in split(values):
        name, found, number = value.partition("=")
        if not found or not number.strip().isdecimal() or len(number) > 9:
            raise UsageError(f"{flag} {value!r}", hint=f"For example: {flag} execution=1")
        numbers[name.strip()] = int(number)
    return numbers
