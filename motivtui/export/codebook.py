"""What each exported column means: the order of the columns, their types, units and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type (text, integer, number), its unit ('' where it has none) and what it says."""

    type: str
    unit: str
    meaning: str


CODEBOOK: Mapping[str, Column] = {
    "run": Column("text", "", "id of the run"),
    "run_name": Column("text", "", "name of the run"),
    "run_kind": Column("text", "", "study or probe"),
    "ordinal": Column("integer", "", "place of the trial in the run's plan, from 1"),
    "trial_key": Column(
        "text", "", "SHA-256 of the trial's content (model, messages, parameters, place in the design)"
    ),
    "model": Column("text", "", "id of the model that is studied, as the user named it"),
    "judge": Column("text", "", "id of the model that answered in its place, rating its answer; empty: nobody did"),
    "task": Column("text", "", "id of the task"),
    "family": Column("text", "", "parent task: tasks of one family are variations of one demand; cluster by it"),
    "category": Column("text", "", "main category of the task"),
    "categories": Column("text", "", "all categories of the task, separated by ;"),
    "task_set": Column("text", "", "collection that the task comes from"),
    "other_task": Column("text", "", "of a choice: the second task of the pair (task is the first)"),
    "task_order": Column(
        "text", "", "of a choice: given (the pair's first task was shown as Task 1) or swapped (it was shown as Task 2)"
    ),
    "manipulated": Column(
        "text",
        "",
        "of a choice: the task of the pair that carried the manipulation's note, first or second; empty: none",
    ),
    "chosen_task": Column(
        "text", "", "of a choice: id of the task that was chosen, however it was shown; empty: none was clearly chosen"
    ),
    "manipulation": Column("text", "", "id of the manipulation; none is the control"),
    "manipulation_group": Column("text", "", "control, placebo, positive-extrinsic, …"),
    "wording": Column("integer", "", "number of the manipulation's wording that was used, from 1"),
    "instrument": Column("text", "", "id of the instrument"),
    "phase": Column(
        "text",
        "",
        "when the instrument was used: pre (before the task), choice (between two tasks), execute (the task itself), "
        "post and check (after it, in the same conversation), judge (its answer rated by another model)",
    ),
    "execution": Column(
        "integer", "", "ordinal of the execution whose answer the trial goes on from; empty: it stands alone"
    ),
    "execution_repeat": Column("integer", "", "number of that execution's repeat, from 1"),
    "repeat": Column("integer", "", "number of the repeat, from 1"),
    "item": Column("text", "", "what was scored; empty: an execution, which has no score"),
    "item_kind": Column(
        "text", "", "scale (value is a rating) or option (value is the number of what was chosen: no mean of it)"
    ),
    "position": Column("integer", "", "place at which the trial asked for the item, from 1"),
    "scale_minimum": Column("integer", "scale points", "lowest score of the item's scale"),
    "scale_maximum": Column("integer", "scale points", "highest score of the item's scale"),
    "is_reversed": Column("integer", "", "1: a high score means little motivation"),
    "value": Column("number", "scale points", "the score; empty: there is none, and status says why"),
    "status": Column(
        "text",
        "",
        "ok, repaired (read from a reply that was not in the wanted form), out_of_range, ambiguous, tie (a choice of "
        "both tasks or neither), missing, refused, truncated, invalid, error; empty: no final response yet (see state)",
    ),
    "note": Column("text", "", "how the score was read, or what was wrong"),
    "evidence": Column("text", "", "the piece of the reply that the score was read from"),
    "evidence_start": Column("integer", "characters", "where the evidence begins in the reply, from 0"),
    "evidence_end": Column("integer", "characters", "where the evidence ends in the reply (excluded)"),
    "extractor_version": Column("integer", "", "version of the extraction; the newest of each response is exported"),
    "token_expected": Column(
        "number", "scale points", "expected score under the model's own token probabilities; empty: not known"
    ),
    "token_sd": Column("number", "scale points", "standard deviation of the score under these probabilities"),
    "token_covered_mass": Column(
        "number", "", "probability (0 to 1) that the whole numbers of the scale had together, before it was made 1"
    ),
    "token_method": Column(
        "text",
        "",
        "sampled (the alternatives of the one token written) or expanded (the whole distribution, by digits)",
    ),
    "state": Column(
        "text",
        "",
        "what became of the trial: complete, partial (the reply's end was not seen), error, cancelled, planned (not "
        "sent), unknown (sent, nothing came back before the process ended; possibly billed), skipped (its execution "
        "brought no answer to go on from; see skip_reason)",
    ),
    "skip_reason": Column("text", "", "why the trial was skipped; empty: it was not"),
    "attempts": Column("integer", "", "how often the trial was sent"),
    "finish_reason": Column("text", "", "the endpoint's word for why the reply ended"),
    "error_kind": Column("text", "", "why the final response is not a complete answer"),
    "error_message": Column("text", "", "the endpoint's words, keys removed"),
    "decoding": Column("text", "", "how the reply's form was held: free or schema; never pool the two silently"),
    "parameters": Column("text", "JSON", "sampling parameters asked for"),
    "effective_parameters": Column("text", "JSON", "sampling parameters that were really sent"),
    "seed": Column("integer", "", "sampling seed of the trial"),
    "input_tokens": Column("integer", "tokens", "length of the prompt, as the endpoint counted it"),
    "output_tokens": Column("integer", "tokens", "length of the reply with its reasoning, as the endpoint counted it"),
    "reasoning_tokens": Column("integer", "tokens", "the part of output_tokens that was reasoning"),
    "time_to_first_token_ms": Column("number", "ms", "from sending to the first piece; only for streamed calls"),
    "latency_ms": Column("number", "ms", "from sending to the end of the reply"),
    "cost_usd": Column("number", "US dollars", "cost by the bundled price list; empty: unknown"),
    "model_reported": Column("text", "", "the model's name in the endpoint's words"),
    "fingerprint": Column("text", "", "the endpoint's system fingerprint"),
    "sent_at": Column("text", "UTC", "when the final attempt was written down, just before it was sent"),
    "received_at": Column("text", "UTC", "when the final response was written down"),
    "reply": Column("text", "", "the model's reply, as it came"),
    "reasoning": Column("text", "", "the model's reasoning, where the endpoint keeps it apart"),
}
"""The columns of the flat export (one row an item of each trial), in their order."""


def codebook_rows(columns: Mapping[str, Column] = CODEBOOK) -> list[dict[str, str]]:
    """A codebook as rows: column, type, unit, meaning."""
    return [
        {"column": name, "type": column.type, "unit": column.unit, "meaning": column.meaning}
        for name, column in columns.items()
    ]
