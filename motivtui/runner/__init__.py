"""The procedure: trial → call → response committed → extraction → scores committed, as a stream of typed events.

Carries out a plan that the store already holds; what it did can be read there, the events are only for the eyes.
"""

from motivtui.runner.conditions import Conditions
from motivtui.runner.controls import Controls
from motivtui.runner.events import (
    Cause,
    Event,
    Held,
    LaneStopped,
    ResponseStored,
    RetryPlanned,
    RunEnded,
    RunHalted,
    RunStarted,
    ScoresStored,
    TextArrived,
    TrialsRequeued,
    TrialsSkipped,
    TrialStarted,
)
from motivtui.runner.execute import execute
from motivtui.runner.retry import RetryRule
from motivtui.runner.stop import Stop

__all__ = [
    "Cause",
    "Conditions",
    "Controls",
    "Event",
    "Held",
    "LaneStopped",
    "ResponseStored",
    "RetryPlanned",
    "RetryRule",
    "RunEnded",
    "RunHalted",
    "RunStarted",
    "ScoresStored",
    "Stop",
    "TextArrived",
    "TrialStarted",
    "TrialsRequeued",
    "TrialsSkipped",
    "execute",
]
