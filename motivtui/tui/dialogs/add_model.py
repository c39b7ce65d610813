"""One more model for the list."""

from __future__ import annotations

from pathlib import Path

from motivtui.tui.dialogs.line import Line


class AddModel(Line):
    """Gives back its id; None: Escape."""

    def __init__(self, config_file: Path) -> None:
        """`config_file`: where endpoints are named."""
        text = (
            "The id as litellm knows it (its key must be in the environment), or NAME/MODEL of an endpoint in "
            f"{config_file}."
        )
        super().__init__("Add a model", text, placeholder="openai/gpt-4o-mini", accept="Add")
