"""Reading scores out of responses that are on record, and putting them on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from motivtui.extraction import EXTRACTOR_VERSION, extract_scores, token_scores
from motivtui.store.queries import UnscoredResponse
from motivtui.store.store import Store
from motivtui.study.instrument import Instrument
from motivtui.study.response import Response
from motivtui.study.score import Score
from motivtui.study.token_score import TokenScore

Scores = tuple[tuple[Score, ...], tuple[TokenScore, ...]]


def read_scores(response: Response, instrument: Instrument, prompt: str) -> Scores:
    """The written scores of a response and those of its written tokens' probabilities, where there are any."""
    scores = extract_scores(response, instrument.items, prompt, is_strict=instrument.is_strict)
    return scores, token_scores(response, instrument.items, scores)


def score_what_was_left(
    store: Store,
    left: list[UnscoredResponse],
    instruments: Mapping[str, Instrument],
    prompt_of: Callable[[UnscoredResponse], str],
) -> None:
    """Score responses that a crash left between their commit and their scores', or that only an older version read."""
    waiting: list[Future[None]] = []
    for one in left:
        scores, expected = read_scores(one.response, instruments[one.instrument], prompt_of(one))
        waiting.append(store.add_scores(one.trial, one.attempt, scores, EXTRACTOR_VERSION, expected))
    for future in waiting:
        future.result()
