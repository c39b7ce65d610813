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
    "model": Column("text", "", "id of the model, as the user named it"),
    "task": Column("text", "", "id of the task"),
    "family": Column("text", "", "parent task: tasks of one family are variations of one demand; cluster by it"),
    "category": Column("text", "", "main category of the task"),
    "categories": Column("text", "", "all categories of the task, separated by ;"),
    "task_set": Column("text", "", "collection that the task comes from"),
    "manipulation": Column("text", "", "id of the manipulation; none is the control"),
    "manipulation_group": Column("text", "", "control, placebo, positive-extrinsic, …"),
    "wording": Column("integer", "", "number of the manipulation's wording that was used, from 1"),
    "instrument": Column("text", "", "id of the instrument"),
    "phase": Column("text", "", "when the instrument was used: pre"),
    "repeat": Column("integer", "", "number of the repeat, from 1"),
    "item": Column("text", "", "what was scored"),
    "scale_minimum": Column("integer", "scale points", "lowest score of the item's scale"),
    "scale_maximum": Column("integer", "scale points", "highest score of the item's scale"),
    "is_reversed": Column("integer", "", "1: a high score means little motivation"),
    "value": Column("number", "scale points", "the score; empty: there is none, and status says why"),
    "status": Column(
        "text",
        "",
        "ok, repaired (read from a reply that was not in the wanted form), out_of_range, ambiguous, missing, refused, "
        "truncated, invalid, error; empty: no final response yet (see state)",
    ),
    "note": Column("text", "", "how the score was read, or what was wrong"),
    "evidence": Column("text", "", "the piece of the reply that the score was read from"),
    "evidence_start": Column("integer", "characters", "where the evidence begins in the reply, from 0"),
    "evidence_end": Column("integer", "characters", "where the evidence ends in the reply (excluded)"),
    "extractor_version": Column("integer", "", "version of the extraction; the newest of each response is exported"),
    "state": Column(
        "text",
        "",
        "what became of the trial: complete, partial (the reply's end was not seen), error, cancelled, planned (not "
        "sent), unknown (sent, nothing came back before the process ended; possibly billed)",
    ),
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


def codebook_rows() -> list[dict[str, str]]:
    """The codebook as rows: column, type, unit, meaning."""
    return [
        {"column": name, "type": column.type, "unit": column.unit, "meaning": column.meaning}
        for name, column in CODEBOOK.items()
    ]
