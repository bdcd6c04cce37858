"""One fault that an application meets, and what is true afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer

from attrs import frozen

from smsgate.blocking.gateway import Gateway
from smsgate.gateway import AsyncGateway
from smsgate.model.numbers import read_number
from smsgate.model.result import SendResult
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing.applications.drill.faults import CALLS, CONNECTION_REFUSED, NO_FAULT
from smsgate.testing.applications.drill.found import Evidence, Said, findings
from smsgate.testing.applications.drill.observed import observed_async_gateway, observed_gateway
from smsgate.testing.applications.drill.plan import DrillPlan
from smsgate.testing.applications.drill.report import report
from smsgate.testing.applications.marks import Asked
from smsgate.testing.applications.server import SandboxServer
from smsgate.testing.applications.settings import ApplicationSettings

__all__ = ["Defaults", "Drill"]

_TIMEOUTS: Mapping[str, object] = {"connect_timeout": 0.4, "read_timeout": 0.4, "deadline": 0.8, "rate": "unlimited"}
"""Short, so that a drill takes seconds; the sandbox's silence is longer."""
_LATE = timedelta(hours=1)


@frozen(kw_only=True)
class Defaults:
    """What pytest's own settings say for all tests."""

    vendor: str | None = None
    region: str | None = None


class Drill(ApplicationSettings):
    """The vendor that an application asks in this run of its test meets one fault; the next requests are answered.

    The application sends through `gateway`, `async_gateway` or a gateway of its own on `settings` or `config`, which
    `SMSGATE_CONFIG` names; or it asks the vendor itself, at `account`. The test says by `said_sent`, `said_failed` and
    `said_unknown` what the application has shown to a person or written down. The check comes after the test.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self, *, fault: str, plan: DrillPlan, asked: Asked, server: SandboxServer, folder: Path, defaults: Defaults
    ) -> None:
        self.fault = fault
        """The fault's name."""
        self.vendor = server.vendor(plan.vendor or defaults.vendor)
        """The vendor's name in the sandbox."""
        self.sandbox: Sandbox = server.sandbox
        """The vendor's place; it sends the application's webhooks too (`call_back`), and receives replies."""
        self.results: list[SendResult] = []
        """How each message ended that `gateway` or `async_gateway` has sent."""
        self._plan, self._server, self._region = plan, server, defaults.region
        self._said: dict[str, Said] = {}
        self._closed_port = _closed_port() if fault == CONNECTION_REFUSED else None
        super().__init__(asked.for_vendors({self.vendor: self._account()}, folder, defaults.region), folder)
        self._order_fault()

    @cached_property
    def gateway(self) -> Gateway:
        """A gateway on these settings, opened when it is first used and closed after the test."""
        return observed_gateway(self.settings, self.results.append)

    @cached_property
    def async_gateway(self) -> AsyncGateway:
        """The same for asyncio (extra ``async``); close it in the test's event loop: ``async with``."""
        return observed_async_gateway(self.settings, self.results.append)

    def __repr__(self) -> str:
        return f"Drill({self.fault!r})"

    @property
    def account(self) -> Mapping[str, object]:
        """The `base_url` and the credentials, for an application that asks the vendor without a gateway."""
        return self._account()

    def said_sent(self, to: str) -> None:
        """Note that the application said to a person, or wrote down, that the text to this number was sent."""
        self._say(to, Said.SENT)

    def said_failed(self, to: str) -> None:
        """Note that it said that the text to this number was not sent."""
        self._say(to, Said.FAILED)

    def said_unknown(self, to: str) -> None:
        """Note that it said that the text to this number may have been sent."""
        self._say(to, Said.UNKNOWN)

    def settle(self) -> None:
        """Wait until the vendor has done all that is due: late texts, and calls to the application's webhooks."""
        self._server.finish_requests()
        self.sandbox.settle()
        if self.fault in CALLS:
            self.sandbox.advance(_LATE)
            self.sandbox.settle()

    def failure(self) -> str | None:
        """Say what is wrong with the application, after the test; None if nothing is."""
        self.settle()
        evidence = Evidence(
            fault=self.fault,
            texts=(*self.sandbox.texts, *self.sandbox.scheduled),
            requests=tuple(self._server.requests),
            calls=len(self.sandbox.calls(self.vendor)),
            results=tuple(self.results),
            said=self._said,
        )
        found = findings(evidence, self._plan.invariants, self._plan.texts)
        return report(evidence, found) if found else None

    def close(self) -> None:
        """Close the gateway."""
        super().close()
        if self._closed_port is not None:
            self._closed_port.server_close()

    def _say(self, to: str, word: Said) -> None:
        self._said[read_number(to, self._region)] = word

    def _account(self) -> dict[str, object]:
        account = {**self.sandbox.settings()["providers"][self.vendor], **_TIMEOUTS}
        if self._closed_port is not None:
            own, closed = f":{self.sandbox.port}/", f":{self._closed_port.server_address[1]}/"
            account["base_url"] = str(account["base_url"]).replace(own, closed, 1)
        return account

    def _order_fault(self) -> None:
        match self.fault:
            case "calls_twice":
                self.sandbox.disturb(self.vendor, copies=2)
            case "calls_late":
                self.sandbox.disturb(self.vendor, delay=_LATE)
            case "report_early":
                self.sandbox.disturb(self.vendor, early=True)
            case name if name not in {NO_FAULT, CONNECTION_REFUSED}:
                self.sandbox.misbehave(self.vendor, Fault(name), path=self.sandbox.send_path(self.vendor))


def _closed_port() -> TCPServer:
    """Return a server that has a port and does not listen: connections to it are refused."""
    server = TCPServer(("127.0.0.1", 0), BaseRequestHandler, bind_and_activate=False)
    server.server_bind()
    return server
