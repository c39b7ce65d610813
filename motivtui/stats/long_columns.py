"""The columns of the long table that statistics are made of: names, types, words and what each means. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from motivtui.study.instrument import ItemKind, Phase
from motivtui.study.response import Outcome
from motivtui.study.score import ScoreStatus
from motivtui.study.trial import TaskOrder


@dataclass(frozen=True, slots=True)
class LongColumn:
    """One column: its type (text, integer, number), the words that it may hold (none: any), and what it says.

    `absent`: what is taken where a file has no such column; a column that `is_required` must be there.
    """

    name: str
    type: str
    meaning: str
    absent: str = "empty"
    words: tuple[str, ...] = ()
    is_required: bool = False


_STATES = (*(str(one) for one in Outcome), "planned", "unknown", "skipped")

COLUMNS: tuple[LongColumn, ...] = (
    LongColumn("run", "text", "id of the run"),
    LongColumn("model", "text", "id of the model that is studied", is_required=True),
    LongColumn("judge", "text", "id of the model that rated the answer in its place; empty: nobody did"),
    LongColumn("task", "text", "id of the task", is_required=True),
    LongColumn("family", "text", "parent task: intervals are clustered by it", "the task: nothing is clustered"),
    LongColumn("categories", "text", "all categories of the task, separated by ;"),
    LongColumn("manipulation", "text", "id of the manipulation; none is the control", "none"),
    LongColumn("manipulation_group", "text", "control, placebo, positive-extrinsic, …", "control for none, else other"),
    LongColumn("wording", "integer", "number of the manipulation's wording, from 1", "1"),
    LongColumn("instrument", "text", "id of the instrument", is_required=True),
    LongColumn(
        "phase", "text", "when the instrument was used", "pre; choice for options; judge with a judge",
        tuple(str(one) for one in Phase),
    ),
    LongColumn("item", "text", "what was scored; empty: an execution", "the instrument"),
    LongColumn(
        "item_kind", "text", "scale: a rating; option: the place (1 or 2) of the task that was chosen",
        "option with an other_task, else scale", tuple(str(one) for one in ItemKind),
    ),
    LongColumn("position", "integer", "place at which the trial asked for the item, from 1", "1"),
    LongColumn("scale_minimum", "number", "lowest score of the item's scale", "1"),
    LongColumn("scale_maximum", "number", "highest score of the item's scale", "100; 2 for options"),
    LongColumn("is_reversed", "integer", "1: a high score means little motivation", "0", ("0", "1")),
    LongColumn("repeat", "integer", "number of the repeat, from 1", "numbered in the order of the lines"),
    LongColumn("value", "number", "the score; empty: there is none, and status says why", is_required=True),
    LongColumn(
        "status", "text", "how the score was found, or why it is missing", "ok with a value, else missing",
        tuple(str(one) for one in ScoreStatus),
    ),
    LongColumn("state", "text", "what became of the trial", "complete", _STATES),
    LongColumn("finish_reason", "text", "the endpoint's word for why the reply ended"),
    LongColumn("decoding", "text", "how the reply's form was held: free or schema; never pooled", "free"),
    LongColumn("other_task", "text", "of a choice: the second task of the pair (task is the first)"),
    LongColumn(
        "task_order", "text", "of a choice: given (task was shown first) or swapped", "given",
        tuple(str(one) for one in TaskOrder),
    ),
    LongColumn(
        "manipulated", "text", "of a choice: which task of the pair carried the note", words=("first", "second")
    ),
    LongColumn("chosen_task", "text", "of a choice: id of the task that was chosen", "from value and task_order"),
    LongColumn("ordinal", "integer", "number of the trial: its items share it", "the row's own number"),
    LongColumn("execution", "integer", "ordinal of the execution that the trial goes on from"),
    LongColumn("execution_repeat", "integer", "number of that execution's repeat, from 1"),
    LongColumn("output_tokens", "integer", "length of the reply with its reasoning, in tokens"),
    LongColumn("reply", "text", "the model's reply, as it came (for the words of its reasons)"),
)  # fmt: skip
ALIASES: Mapping[str, str] = {
    "parent": "family", "category": "categories", "condition": "manipulation", "group": "manipulation_group",
    "order": "task_order",
}  # fmt: skip
"""Other names that a column may go by, where its own is not there."""
