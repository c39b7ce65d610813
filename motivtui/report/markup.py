"""Elements of HTML: text goes in, and is made harmless here and nowhere else. Knows nothing of what is said.

A text is first made visible (what would hide or turn text becomes a sign), then escaped. An `Element` is the only thing
that is written as it is, and only `tag`, `joined` and `trusted` make one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from motivtui.visible_text import visible

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VOID = frozenset({"meta", "br", "hr", "col"})
_LINKS = ("#", "data:text/csv;")
"""Where a link may lead: within the page, or to data that it holds."""


@dataclass(frozen=True, slots=True)
class Element:
    """Well-formed HTML."""

    html: str


Content = Element | str | int | None
"""What an element may hold: elements, text; None is nothing."""
Attribute = str | int | bool | None
"""True: the name alone. None, False: it is left out."""


def tag(name: str, /, *children: Content, **attributes: Attribute) -> Element:
    """One element; `class_` is written `class`. Raises ValueError: a name or a link is not ours."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"no element is called {name!r}")
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in _VOID:
        return Element(opening)
    return Element(f"{opening}{joined(*children).html}</{name}>")


def joined(*children: Content) -> Element:
    """Several in a row."""
    return Element("".join(_content(child) for child in children))


def all_of(children: Iterable[Content]) -> Element:
    """Several in a row, from any iterable."""
    return joined(*children)


def trusted(markup: str) -> Element:
    """Markup that this program made itself: a style sheet, a picture. Never anybody's text."""
    return Element(markup)


def escaped(text: str) -> str:
    """The text as it may stand in an element or in a quoted attribute."""
    return html.escape(visible(text), quote=True)


def _content(child: Content) -> str:
    if child is None:
        return ""
    return child.html if isinstance(child, Element) else escaped(str(child))


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if not _NAME.fullmatch(name) or name.startswith("on"):
        raise ValueError(f"no attribute is called {name!r}")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = str(value)
    if name in {"href", "src"} and not text.startswith(_LINKS):
        raise ValueError("a link leads out of the page")
    return f' {name}="{escaped(text)}"'
