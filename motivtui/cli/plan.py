"""`motiv plan`: what would run, before anything does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from motivtui.cli.options import (
    ConditionsOption,
    DecodingOption,
    InstrumentsOption,
    JsonOption,
    MaterialsOption,
    ModelsOption,
    NameOption,
    RepeatsOption,
    SeedOption,
    TemperatureOption,
    WordingsOption,
)
from motivtui.cli.study_options import (
    CategoryOption,
    LimitOption,
    PerCategoryOption,
    SetOption,
    TasksOption,
)

if TYPE_CHECKING:
    from motivtui.cli.planning import Plan
    from motivtui.study.trial import Trial


def plan(
    model: ModelsOption = None,
    task: TasksOption = None,
    category: CategoryOption = None,
    task_set: SetOption = None,
    per_category: PerCategoryOption = None,
    limit: LimitOption = None,
    manipulation: ConditionsOption = None,
    instrument: InstrumentsOption = None,
    repeats: RepeatsOption = 2,
    wordings: WordingsOption = "rotate",
    seed: SeedOption = 0,
    decoding: DecodingOption = None,
    temperature: TemperatureOption = None,
    name: NameOption = None,
    materials: MaterialsOption = None,
    prompts: Annotated[int, typer.Option("--prompts", min=0, help="Show the exact messages of so many trials.")] = 0,
    json: JsonOption = False,
) -> None:
    """Show the product, the calls, tokens and cost of a study, and its exact prompts; nothing is called or stored."""
    from motivtui.cli.study_flags import StudyFlags

    flags = StudyFlags(
        model,
        task,
        category,
        task_set,
        per_category,
        limit,
        manipulation,
        instrument,
        repeats,
        wordings,
        seed,
        decoding,
        temperature,
        name,
        materials,
    )
    planned = flags.plan(flags.settings(db=None, concurrency=None))
    if json:
        from motivtui.cli.output import write_json

        write_json(_document(planned, prompts))
        return
    _write(planned)
    for trial in planned.trials[:prompts]:
        _write_prompt(trial)


def _write(planned: Plan) -> None:
    from motivtui.cli.output import stdout
    from motivtui.cli.table import write_table

    expected = planned.estimate
    console = stdout()
    console.print(planned.product(), style="bold")
    cost = f"${expected.worst_cost_usd:,.2f}"
    if expected.unpriced:
        cost += f" + unknown ({', '.join(expected.unpriced)})"
    console.print(
        f"about {expected.input_tokens:,} tokens in, at most {expected.most_output_tokens:,} out; cost at most {cost}",
        markup=False,
    )
    write_table(
        ["model", "address", "decoding", "parameters"],
        [
            (model, endpoint.address, planned.study.parameters_of(model).decoding, _parameters(planned, model))
            for model, endpoint in planned.endpoints.items()
        ],
    )
    console.print(f"tasks: {', '.join(task.id for task in planned.study.tasks)}", markup=False)
    for warning in warnings(planned):
        console.print(f"note: {warning}", markup=False)


def warnings(planned: Plan) -> list[str]:
    """What could not be analysed later."""
    study = planned.study
    found = []
    if not any(one.is_control for one in study.manipulations):
        found.append("no control: without `none` there is nothing to compare a manipulation with")
    if study.repeats < 2:
        found.append("one repeat: the reliability of the scores cannot be seen")
    if len({task.family for task in study.tasks}) < 2:
        found.append("one family of tasks: no interval can be given for a difference")
    if len(study.manipulations) > 1 and not any(one.group == "placebo" for one in study.manipulations):
        found.append("no placebo: the effect of any text at all is not separated from a manipulation's")
    return found


def _parameters(planned: Plan, model: str) -> str:
    record = planned.study.parameters_of(model).as_record()
    return ", ".join(f"{name} {value}" for name, value in record.items() if name != "decoding") or "the endpoint's"


def _write_prompt(trial: Trial) -> None:
    """The messages as they are sent, the manipulation between ⟦ ⟧."""
    from rich.text import Text

    from motivtui.cli.output import stdout
    from motivtui.study.prompt import Part
    from motivtui.visible_text import visible, visible_line

    console = stdout()
    title = f"{trial.model} · {trial.task} · {trial.manipulation} (wording {trial.wording}) · repeat {trial.repeat}"
    console.rule(Text(visible_line(title)))
    for message in trial.messages:
        text = Text(f"{message.role}: ", style="dim")
        for segment in message.segments:
            words = visible(segment.text)
            is_manipulation = segment.part is Part.MANIPULATION
            text.append(f"⟦{words}⟧" if is_manipulation else words, style="bold" if is_manipulation else "not dim")
        console.print(text)


def _document(planned: Plan, prompts: int) -> dict[str, Any]:
    expected = planned.estimate
    return {
        "product": planned.product(),
        "calls": expected.calls,
        "input_tokens": expected.input_tokens,
        "most_output_tokens": expected.most_output_tokens,
        "worst_cost_usd": expected.worst_cost_usd,
        "unpriced": list(expected.unpriced),
        "notes": warnings(planned),
        "study": planned.study.as_record(),
        "prompts": [
            {
                "trial_key": trial.key,
                "model": trial.model,
                "messages": [{"role": message.role, "content": message.text} for message in trial.messages],
            }
            for trial in planned.trials[:prompts]
        ],
    }
