"""By which rules an analysis is done: ours or those of the published study, to see whether they matter."""

from __future__ import annotations

from enum import StrEnum


class Preset(StrEnum):
    """`robust`: by model, clustered by family, exclusions counted. `replicate`: the published rules, labelled."""

    ROBUST = "robust"
    REPLICATE = "replicate"
