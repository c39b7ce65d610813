"""The order that makes a killed process harmless: an attempt is on the disk before its first byte leaves."""

from __future__ import annotations

from motivtui.models.client import Call, Transcript
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.models.scripted import ScriptedClient
from motivtui.runner import Controls, execute
from motivtui.study.parameters import Parameters
from motivtui.study.response import Response
from tests.runner.conftest import NONE, Bench

MODEL = "scripted/steady"


class Looking(ScriptedClient):
    """Looks, when it is called, whether this call is on record."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(Endpoint(MODEL, Kind.SCRIPTED, MODEL, MODEL, Parameters()))
        self._bench = bench
        self.seen: list[int] = []

    async def complete(self, call: Call, transcript: Transcript) -> Response:
        """As the script says, once the database was looked at by another connection."""
        sql = "SELECT count(*) FROM attempt JOIN trial ON trial.id = attempt.trial WHERE trial.seed = ?"
        self.seen += [count for (count,) in self._bench.all(sql, (call.seed,))]
        return await super().complete(call, transcript)


async def test_an_attempt_is_on_the_disk_before_its_call_leaves(bench: Bench) -> None:
    run = bench.create([MODEL], tasks=30, manipulations=(NONE,))
    client = Looking(bench)
    conditions = bench.options().conditions
    async for _ in execute(bench.store, run, {MODEL: client}, conditions, Controls(6), bench.locks):
        pass
    assert client.seen == [1] * 30
