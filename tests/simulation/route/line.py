"""The line to a vendor of a route."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import Answer, Request
from tests.simulation.engine import SimulatedEngine
from tests.simulation.line import Line
from tests.simulation.route.truth import RouteTruth
from tests.simulation.route.vendor import RouteVendor

REFUSALS = frozenset({400, 401, 402, 403, 429})


class RouteLine(Line):
    """A line that tells the truth which requests were refused."""

    def __init__(self, vendor: RouteVendor, truth: RouteTruth, engine: SimulatedEngine, patience: float) -> None:
        super().__init__(vendor, engine, patience)
        self._texts_of = vendor.texts_of
        self._name = vendor.name
        self._truth = truth

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        answer = await super().ask(request, headers)
        if request.effect.sends and answer.status in REFUSALS:
            for text in self._texts_of(request):
                self._truth.refused(self._name, text)
        return answer
