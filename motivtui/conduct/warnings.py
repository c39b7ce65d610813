"""What a plan will not let be analysed later, said before anything is paid."""

from __future__ import annotations

from collections.abc import Iterator

from motivtui.conduct.planning import Plan
from motivtui.study.design import Counterbalance, Study, WordingRule
from motivtui.study.instrument import Instrument, Phase
from motivtui.study.manipulation import Group

SMALL_EXECUTION_TOKENS = 300


def warnings(plan: Plan) -> list[str]:
    """One line each, the gravest first; empty: nothing."""
    study = plan.study
    found = [f"{name} is added: other instruments need it" for name in plan.added]
    return [
        *found,
        *_unused(plan),
        *_conditions(study),
        *_amounts(study),
        *_choices(study),
        *_pairs(plan),
        *_participants(study),
        *_chains(study),
    ]


def _unused(plan: Plan) -> Iterator[str]:
    """Numbers of what does not take part."""
    study, request = plan.study, plan.request
    instruments = {one.id for one in study.instruments}
    participants = {*study.models, *study.judges}
    for key, named, known in (
        ("repeats_of", request.repeats_of, instruments),
        ("max_tokens_of", request.max_tokens_of, instruments),
        ("parameters_of", request.parameters_of, participants),
    ):
        unused = [name for name in named if name not in known]
        if unused:
            yield f"{key}: {', '.join(unused)} does not take part"


def _conditions(study: Study) -> Iterator[str]:
    manipulated = [one for one in study.manipulations if not one.is_control and one.group is not Group.PLACEBO]
    if not any(one.is_control for one in study.manipulations):
        yield "no control: without `none` there is nothing to compare a manipulation with"
    if manipulated and not any(one.group is Group.PLACEBO for one in study.manipulations):
        yield "no placebo: the effect of any text at all is not separated from a manipulation's"
    single = [one.id for one in manipulated if one.wording_count == 1 or study.wording_rule is WordingRule.FIRST]
    if single:
        yield f"one wording of {', '.join(single)}: an effect may hang on that sentence"


def _amounts(study: Study) -> Iterator[str]:
    scored = [one for one in study.instruments if one.items]
    if any(study.repeats_of(one) == 1 for one in scored):
        yield "one repeat: the reliability of the scores cannot be seen"
    elif any(study.repeats_of(one) == 2 for one in scored):
        yield "two repeats: reliability can be seen, but not how it differs between tasks"
    if len({task.family for task in study.tasks}) == 1:
        yield "one family of tasks: no interval can be given for a difference"


def _choices(study: Study) -> Iterator[str]:
    if not study.has_choice:
        return
    if study.orders is Counterbalance.FIRST:
        yield "one order of the tasks in choices: a preference cannot be told from a liking for a place on the page"
    if study.sides is Counterbalance.FIRST:
        yield "one side with the note in choices: the note's effect is mixed with that of the task it stands at"
    silent = [one.id for one in study.manipulations if not one.is_control and one.choice_note is None]
    if silent:
        yield f"no note for choices in {', '.join(silent)}: not used in choices"


def _pairs(plan: Plan) -> Iterator[str]:
    asked, there = plan.request.choice.pairs, len(plan.study.pairs)
    if plan.study.has_choice and asked is not None and there < asked:
        yield f"{there:,} pairs instead of {asked:,}: there are no more between tasks of different families"


def _participants(study: Study) -> Iterator[str]:
    both = [judge for judge in study.judges if judge in study.models]
    if both:
        yield f"{', '.join(both)} judges its own answers"
    if len(study.judges) == 1:
        yield "one judge: how far judges agree cannot be seen"
    modes = {study.parameters_of(model).decoding for model in study.models}
    if len(modes) > 1:
        yield "models differ in decoding (free, schema): their scores must not be pooled or compared"


def _chains(study: Study) -> Iterator[str]:
    phases = {one.phase for one in study.instruments}
    if Phase.POST in phases and Phase.PRE not in phases:
        yield "a post report without a pre report: no change can be seen"
    small = [one.id for one in study.of_phase(Phase.EXECUTE) if _is_small(one)]
    if small:
        yield f"{', '.join(small)} may be cut: its budget is below {SMALL_EXECUTION_TOKENS} tokens"


def _is_small(instrument: Instrument) -> bool:
    return instrument.max_tokens < SMALL_EXECUTION_TOKENS
