"""Whether a reply refuses to answer. A short list of English phrases, chosen to miss rather than to accuse.

Owns the words of refusal only; that a reply without a score is then `refused` is decided in `extract`.
"""

from __future__ import annotations

import re

_READ = 8_000
# Plain substrings spare nearly every reply the pattern below.
_CUES = (
    *("sorry", "apolog", "cannot", "can't", "can’t", "can not", "won't", "won’t", "will not", "unable", "not able"),
    *("an ai", "an artificial", "language model", "do not", "don't", "don’t", "decline", "refuse", "not comfortable"),
    "not willing",
)

_REFUSAL = re.compile(
    r"\bI(?: am|['’]m) (?:very |so |truly )?(?:sorry|afraid),? (?:but\b|I (?:can|am|won)|that I can)"
    r"|\bI apologi[sz]e,? but\b|\bsorry,? but I\b|\bsorry, I (?:cannot|can['’]t|can not|won['’]t)"
    r"|\bI (?:cannot|can['’]t|can not|won['’]t|will not)\b"
    r"(?! (?:wait|help but|imagine|deny|contain|believe|get|stop|resist|hide|ignore|complain|think of|lie)\b)"
    r"|\bI(?: am|['’]m) (?:unable|not able|not comfortable|not willing)\b"
    r"|\bI (?:must|have to|will|would) (?:respectfully )?(?:decline|refuse)\b"
    r"|\bI (?:respectfully )?(?:decline|refuse) to\b"
    r"|\b(?:as|I(?: am|['’]m)(?: just| only)?) an (?:AI|artificial)\b[^\n]{0,120}?"
    r"(?:\b(?:not|lack|without|cannot)|n['’]t)\b"
    r"|\bas a (?:large )?language model\b"
    r"|\bI (?:do not|don['’]t) (?:really |actually )?(?:have|experience|feel|possess) "
    r"(?:any |personal |human |real |such )*(?:motivations?|feelings|emotions|preferences|desires|opinions)\b",
    re.IGNORECASE,
)


def refuses(text: str) -> bool:
    """Whether the first 8,000 characters hold words of refusal."""
    head = text[:_READ]
    lowered = head.lower()
    return any(cue in lowered for cue in _CUES) and _REFUSAL.search(head) is not None
