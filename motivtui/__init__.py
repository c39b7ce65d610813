"""motivtui: a terminal lab for studying motivation in language models."""

__version__ = "0.1.0"
