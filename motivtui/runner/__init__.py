"""The procedure: trial → call → response committed → extraction → scores committed, as a stream of typed events.

Carries out a plan that the store already holds; what it did can be read there, the events are only for the eyes.
"""

from motivtui.runner.events import (
    Event,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    RunEnded,
    RunStarted,
    ScoresStored,
    TextArrived,
    TrialStarted,
)
from motivtui.runner.execute import RunOptions, execute
from motivtui.runner.stop import Stop

__all__ = [
    "Event",
    "LaneStopped",
    "ResponseStored",
    "RetryPlanned",
    "RunEnded",
    "RunOptions",
    "RunStarted",
    "ScoresStored",
    "Stop",
    "TextArrived",
    "TrialStarted",
    "execute",
]
