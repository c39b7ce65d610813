"""Reply text → scores with status and evidence: pure code, no I/O, no model, no database.

Owns how a number is read out of what a model wrote; must not call a model, keep state or guess: what cannot be read for
certain gets a status instead of a value. A change of what any reply yields raises `EXTRACTOR_VERSION`, so that scores
of two versions stand beside each other in the database and are never mixed.
"""

from motivtui.extraction.extract import EXTRACTOR_VERSION, extract_scores
from motivtui.extraction.token_scores import token_scores

__all__ = ["EXTRACTOR_VERSION", "extract_scores", "token_scores"]
