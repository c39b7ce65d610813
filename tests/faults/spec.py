"""The model name as an order: `FAULT[:ARGUMENT…][:OPTION=VALUE…]`, the parts in any order after the fault's name.

Every part is percent-decoded, so a `:` or `=` that is meant is written `%3A` or `%3D` (`text_model` does it). The
options are the same for all faults:

    latency=S      seconds before the first byte (of errors too)
    chunks=N       the reply's text comes in N pieces
    gap=S          seconds between the pieces
    score=NN       the reply gives NN as every score
    text=REPLY     the reply's whole text
    retry_after=V  the literal Retry-After header of an error

Must not know what a fault does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote

OPTIONS = ("latency", "chunks", "gap", "score", "text", "retry_after")


class BadSpec(ValueError):
    """The model name asks for nothing that this server has; the client is told with a 404."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A fault's name, its arguments in order, and its options."""

    fault: str
    arguments: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)

    def argument(self, position: int, default: str) -> str:
        """The argument there, or the default when it was left out."""
        return self.arguments[position] if position < len(self.arguments) and self.arguments[position] else default

    def whole(self, position: int, default: int) -> int:
        """The argument there as a whole number."""
        return _whole(self.argument(position, str(default)))

    def seconds(self, position: int, default: float) -> float:
        """The argument there as seconds, 0 or more."""
        return _seconds(self.argument(position, str(default)))

    @property
    def latency(self) -> float:
        """Seconds before the first byte."""
        return _seconds(self.options.get("latency", "0"))

    @property
    def gap(self) -> float:
        """Seconds between two pieces."""
        return _seconds(self.options.get("gap", "0"))

    @property
    def chunks(self) -> int | None:
        """In how many pieces the text comes; None: the server's choice."""
        value = self.options.get("chunks")
        return None if value is None else max(1, _whole(value))

    def inner(self, position: int) -> Spec:
        """The fault that the arguments from there on name, a bare number being a status; same options."""
        words = self.arguments[position:] or ("500",)
        if words[0].isdecimal():
            words = ("status", *words)
        return Spec(words[0], words[1:], self.options)


def parse(model: str) -> Spec:
    """The order in a model name. BadSpec when it holds no fault's name, or an option that is no number."""
    fault, *parts = model.split(":")
    if not fault:
        raise BadSpec(f"no fault named in {model[:80]!r}")
    arguments: list[str] = []
    options: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if equals and name in OPTIONS:
            options[name] = decoded(value)
        else:
            arguments.append(decoded(part))
    spec = Spec(fault, tuple(arguments), options)
    # A wrong number must be told while nothing is answered yet.
    _ = spec.latency, spec.gap, spec.chunks
    return spec


def text_model(reply: str, **options: float) -> str:
    """The model name that makes the server answer with just this text, whatever characters it holds."""
    return ":".join([f"text:{encoded(reply)}", *(f"{name}={value}" for name, value in options.items())])


def encoded(value: str) -> str:
    """Any text as a part of a model name; lone surrogates go through too."""
    return quote(value, safe="", errors="surrogatepass")


def decoded(part: str) -> str:
    """The reverse of `encoded`."""
    return unquote(part, errors="surrogatepass") if "%" in part else part


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise BadSpec(f"seconds must be a number, 0 or more, not {value[:80]!r}")
    return seconds


def _whole(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadSpec(f"a whole number was expected, not {value[:80]!r}") from None
