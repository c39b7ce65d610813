"""Figures as SVG within the page, or as text where matplotlib is not installed. Computes nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec

from motivtui.plots.figure import Figure
from motivtui.plots.files import rendered
from motivtui.plots.terminal import drawn
from motivtui.report.markup import Element, tag, trusted
from motivtui.visible_text import visible

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_PIXELS = "data:image/png;base64,"
_TEXT_WIDTH = 96
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_FONT = re.compile(r"font-family: [^;]+;? ?")
_INKS = {
    "#ffffff": "var(--page)", "#000000": "currentColor", "#666666": "var(--quiet)", "#bbbbbb": "var(--faint)",
}  # fmt: skip
"""Ink and paper of a picture follow the page's, so that it can be read on a dark one too."""
_COLOUR = re.compile("|".join(_INKS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as an element; `is_text`: drawn in characters."""

    element: Element
    is_text: bool


def picture(figure: Figure, number: int) -> Picture:
    """The figure as SVG whose ids begin with `f<number>-`; as text where it cannot be had."""
    if not has_charts():
        return Picture(_as_text(figure), is_text=True)
    return Picture(trusted(_inline(rendered(_without_words(figure), "svg"), number, figure)), is_text=False)


@cache
def has_charts() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def _without_words(figure: Figure) -> Figure:
    """Title and note stand in the page, where they can be read and copied."""
    return replace(figure, title="", note="")


def _as_text(figure: Figure) -> Element:
    text = drawn(_without_words(figure), _TEXT_WIDTH, None).text
    return tag("pre", text, class_="drawn", tabindex=0, role="img", aria_label=figure.title)


def _inline(svg: bytes, number: int, figure: Figure) -> str:
    """The picture without prolog and metadata; ids that nothing refers to go, the others are told apart by figure."""
    root = ET.fromstring(svg)  # noqa: S314 (made by us a moment ago)
    for element in root.iter():
        _shorten(element)
    for child in list(root):
        if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}title"}:
            root.remove(child)
    wanted = _referred(root)
    has_pixels = any(element.tag == f"{{{_SVG}}}image" for element in root.iter())
    for element in root.iter():
        _settle(element, f"f{number}-", wanted)
        if not has_pixels:  # pixels keep their colours, and so must what is written over them
            _ink(element)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"f{number}-title", "class": "paper" if has_pixels else "ink"}
    title = ET.Element(f"{{{_SVG}}}title", {"id": f"f{number}-title"})
    title.text = visible(f"{figure.title}. {figure.note}")
    root.insert(0, title)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _referred(root: ET.Element) -> set[str]:
    """The ids that something in the picture refers to."""
    values = [value for element in root.iter() for value in element.attrib.values()]
    links = [value[1:] for element in root.iter() for value in _links(element) if value.startswith("#")]
    return {one for value in values for one in _REFERENCE.findall(value)} | set(links)


def _links(element: ET.Element) -> list[str]:
    return [value for name, value in element.attrib.items() if name in {f"{{{_XLINK}}}href", "href"}]


def _settle(element: ET.Element, prefix: str, wanted: set[str]) -> None:
    """Ids and references of one element as they fit the page; a link may only be to an id, or to pixels in itself."""
    own = element.attrib.pop("id", None)
    if own in wanted:
        element.set("id", prefix + own)
    for target in _links(element):
        element.attrib.pop(f"{{{_XLINK}}}href", None)
        if target.startswith("#"):
            element.set("href", f"#{prefix}{target[1:]}")
        elif target.startswith(_PIXELS):
            element.set("href", target.replace("\n", ""))
    for name, value in list(element.attrib.items()):
        if not value.startswith(_PIXELS):
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", value))


def _shorten(element: ET.Element) -> None:
    """Coordinates to what can be seen, no blanks between elements, and the page's own font."""
    for name in {"d", "x", "y", "transform", "points"} & element.attrib.keys():
        short = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), element.attrib[name])
        element.set(name, " ".join(short.split()))
    if "style" in element.attrib:
        element.set("style", _FONT.sub("", element.attrib["style"]))
    if element.text and not element.text.strip():
        element.text = None
    if element.tail and not element.tail.strip():
        element.tail = None


def _ink(element: ET.Element) -> None:
    """The colours of ink and paper as the page has them."""
    for name in {"style", "fill", "stroke"} & element.attrib.keys():
        element.set(name, _COLOUR.sub(lambda match: _INKS[match[0].lower()], element.attrib[name]))
