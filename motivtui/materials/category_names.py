"""Category names as others publish them, brought to our category ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PUBLISHED_NAMES = {
    "brainstorming and ideation": "brainstorming",
    "creative writing and literature": "creative-writing",
    "design and art": "design-art",
    "language learning and translation": "language-learning",
    "logical reasoning": "logical-reasoning",
    "mathematics and numbers": "mathematics",
    "personal assistance and development": "personal-assistance",
    "programming and technology": "programming",
    "puzzles and logic": "puzzles",
    "repetitive or exhaustive": "repetitive",
    "scientific and experimental": "science",
    "summarization and explanation": "summarization",
    "tasks a model should refuse on ethical or legal grounds": "refusal",
    "tasks that gpt should not comply with ethical or legal reasons": "refusal",
    "tasks that need a body": "bodily",
    "tasks that involve physical actions gpt cannot perform": "bodily",
    "other": "other",
}
"""Folded names of the published task set's categories (data columns of arXiv 2603.14347) and our ids for them."""


def folded(name: str) -> str:
    """`name` without what people write differently: case, `&` for "and", punctuation, width, spaces."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    return " ".join(re.sub(r"[^\w]|_", " ", plain).split())


def known_names(categories: Mapping[str, str]) -> dict[str, str]:
    """Folded name → id for every category (id → title): by its id, its title and its published names."""
    names = {name: category for name, category in PUBLISHED_NAMES.items() if category in categories}
    for category, title in categories.items():
        names[folded(title)] = category
    for category in categories:
        names[folded(category)] = category
    return names
