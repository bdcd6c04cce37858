"""The line between a process and a vendor: it may be down, be cut, or lose an answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from smsgate import Answer, ProviderError, Request, UnknownOutcomeError, UnreachableError
from smsgate.model.errors.interruption import not_handed_over
from smsgate.runtime.shield import LateError, Pending
from tests.simulation.engine import SimulatedEngine
from tests.simulation.vendor import Vendor


class Line:
    """The transport of one process to one vendor."""

    def __init__(self, vendor: Vendor, engine: SimulatedEngine, patience: float) -> None:
        self._vendor = vendor
        self._engine = engine
        self._patience = patience

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Hand a request over and wait for its answer; what fails says no more than a broken connection does."""
        vendor, engine, headers = self._vendor, self._engine, {**headers, **request.headers}
        with not_handed_over(request):
            await engine.sleep(engine.random() * 0.01)
        if vendor.fault("unreachable"):
            engine.simulation.tell(engine.host.name, f"cannot reach {vendor.name} for {request}")
            raise UnreachableError("no connection")
        if request.effect.sends and request.path not in {"renew", "login"}:
            self._note(request)
        cut = vendor.fault("cut")
        world, name = engine.simulation.world, vendor.name
        answer = engine.simulation.spawn(world, name, vendor.answer(request, headers, engine.host, cut=cut))
        if cut:
            await engine.sleep(engine.random() * 0.05)
            raise self._lost(request, headers, "the connection was cut")
        return await self._answer(request, headers, answer)

    async def close(self) -> None:
        """There is nothing to close."""

    async def _answer(self, request: Request, headers: Mapping[str, str], answer: Pending[Answer]) -> Answer:
        left = self._patience if request.deadline is None else min(self._patience, request.deadline.left)
        with suppress(LateError):
            answered = await self._engine.wait(answer, left)
            if not self._vendor.fault("answer lost"):
                self._engine.simulation.tell(
                    self._engine.host.name, f"{self._vendor.name}: {request}: {answered.status}"
                )
                return answered
            raise self._lost(request, headers, "the answer was lost")
        raise self._lost(request, headers, f"no answer within {left:.1f} s")

    def _note(self, request: Request) -> None:
        for text in self._vendor.texts_of(request):
            self._engine.simulation.tell(self._engine.host.name, f"asks {self._vendor.name} to send {text!r}")
            self._vendor.truth.handed_over(self._vendor.name, text)

    def _lost(self, request: Request, headers: Mapping[str, str], why: str) -> ProviderError:
        self._engine.simulation.tell(self._engine.host.name, f"{self._vendor.name}: {request}: {why}")
        if request.path == "renew":
            self._vendor.note_lost(headers)
        return (UnknownOutcomeError if request.costs else ProviderError)(why)
