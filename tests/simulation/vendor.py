"""The vendors of the simulation: each takes requests, sends texts, forgets, fails and reports as the seed says."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from attrs import define

from smsgate import (
    Answer,
    DeliveryReport,
    Event,
    Reply,
    Request,
    Status,
)
from tests.simulation.adapter import READ_LATE, SHOWN_AFTER, TOKEN_LASTS
from tests.simulation.engine import BEGINNING
from tests.simulation.keys import Keys
from tests.simulation.kinds import SHORT, Kind
from tests.simulation.schedule import Simulation
from tests.simulation.task import Host
from tests.simulation.truth import OnAir, Truth

ON_THE_LINE = frozenset({"unreachable", "cut", "answer lost"})
AT_THE_VENDOR = frozenset({"refuses", "throttles", "fails", "fails after sending", "forgets", "answers late"})
FAULTS = tuple(sorted(ON_THE_LINE | AT_THE_VENDOR))
DELIVERED_AFTER = 1.0
STALL = 4.0
Body = Mapping[str, Any]


@define
class _Renewal:
    """One use of a token to gain the next."""

    host: Host
    lost: bool = False
    """Whether its answer did not arrive."""


class Vendor:
    """One vendor: what it does with a request is decided by the seed, and by which faults there are."""

    def __init__(self, name: str, truth: Truth, faults: frozenset[str], rate: float) -> None:
        self.name = name
        self.truth = truth
        self.simulation: Simulation = truth.simulation
        self.is_well = False
        self.has_failed = False
        """Whether any fault has happened."""
        self.reports: Callable[[Event], Coroutine[object, None, None]] | None = None
        """Calls the application's webhook; None for a vendor that is polled."""
        self.lists = False
        """Whether it takes several texts in one call, and can be polled."""
        self.needs_token = False
        self.kind = Kind.TEXT
        self.conflicts = False
        """Whether it answers 409 where a key was used before."""
        self.drop_for(SHORT)
        self._faults = faults
        self._rate = rate
        self._ids = count(1)
        self._shown: dict[str, float] = {}
        """When a text is shown to those who ask."""
        self._replies: list[dict[str, object]] = []
        self._token = 0
        self._token_ends = self.simulation.now
        self._renewals: dict[str, _Renewal] = {}

    def drop_for(self, window: timedelta) -> None:
        """Drop repetitions with the same key for so long."""
        self.window = window
        self._keys = Keys(self.truth, window.total_seconds())

    def fault(self, kind: str) -> bool:
        """Whether this fault happens now."""
        if self.is_well or kind not in self._faults or not self.simulation.chance(self._rate):
            return False
        self.has_failed = True
        return True

    def receive_reply(self, sender: str, text: str, *, to: str | None = None, in_reply_to: str | None = None) -> Reply:
        """Take in what a person texts, to one of our senders or in answer to a text."""
        name, now = f"in-{next(self._ids)}", self.simulation.now
        self._replies.append(
            {
                "id": name,
                "sender": sender,
                "text": text,
                "at": now + BEGINNING.timestamp(),
                "to": to,
                "in_reply_to": in_reply_to,
            }
        )
        self.simulation.tell(sender, f"texts {text!r} to {self.name}")
        received = BEGINNING + timedelta(seconds=now)
        return Reply(
            provider=self.name,
            message_id=name,
            sender=sender,
            text=text,
            received_at=received,
            to=to,
            in_reply_to=in_reply_to,
        )

    def texts_of(self, request: Request) -> list[str]:
        """Return the texts that a request asks for."""
        body: Body = request.json  # type: ignore[assignment] # our adapter wrote it
        return [each["text"] for each in body.get("messages", [body])]

    def will_report(self, written: Body) -> bool:
        """Whether it calls the application with reports on a text."""
        del written  # on all of them or none
        return self.reports is not None

    async def answer(self, request: Request, headers: Mapping[str, str], host: Host, *, cut: bool) -> Answer:
        """Read a request, act, and answer; one whose connection is `cut` may be read late."""
        simulation = self.simulation
        late = cut and simulation.chance(0.5)
        await simulation.sleep(simulation.random.random() * (READ_LATE if late else 0.02))
        if request.path == "renew":
            answer = self._renew(headers["Authorization"], host, lost=cut)
        elif request.path == "login":
            answer = self._new_token()
        elif self.needs_token and not self._is_valid(headers.get("Authorization")):
            answer = self._said(401, {})
        elif request.effect.sends:
            answer = await self._send(request, host)
        else:
            answer = self._tell(request)
        await simulation.sleep(simulation.random.random() * 0.05)
        if self.fault("answers late"):
            await simulation.sleep(simulation.random.random() * STALL)
        return answer

    def note_lost(self, headers: Mapping[str, str]) -> None:
        """Note that the answer to a renewal did not arrive."""
        if (renewal := self._renewals.get(headers.get("Authorization", ""))) is not None:
            renewal.lost = True

    async def _fail(self) -> Answer | None:
        """Return the answer of a vendor that does not take a text."""
        if self.fault("throttles"):
            again = {"retry-after": "1"} if self.simulation.chance(0.5) else {}
            return self._failed(429, **again)
        if self.fault("refuses"):
            return self._failed(400)
        if self.fault("fails"):
            return self._failed(503)
        if self.fault("forgets"):
            self.simulation.tell(self.name, "forgets a request")
            await self.simulation.sleep(STALL)
            return self._failed(504)
        return None

    async def _send(self, request: Request, asker: Host) -> Answer:
        if (failure := await self._fail()) is not None:
            return failure
        body: Body = request.json  # type: ignore[assignment] # our adapter wrote it
        if "key" in body and (known := self._keys.known(body)) is not None:
            self.simulation.tell(self.name, f"drops a repetition of {known}")
            return self._repeated(known)
        together = "messages" in body
        ids = [
            None if together and self.fault("refuses") else self._put_on_air(each, asker)
            for each in (body["messages"] if together else [body])
        ]
        if self.fault("fails after sending"):
            return self._said(500, {})
        return self._said(200, {"ids": ids} if together else {"id": ids[0]})

    def _put_on_air(self, written: Body, asker: Host) -> str:
        sent = self.truth.sent(self.name, written, f"{self.name}-{next(self._ids)}", asker)
        if "key" in written:
            self._keys.use(written, sent.message_id)
        self._shown[sent.message_id] = self.simulation.now + self.simulation.random.random() * SHOWN_AFTER
        if self.will_report(written):
            self.truth.expected.append(f"report {self.name}/{sent.message_id} {Status.DELIVERED}")
            for status in (Status.SENT, Status.DELIVERED):
                for _ in range(2 if self.fault("reports twice") else 1):
                    self.simulation.spawn(
                        self.simulation.world, "report", self._report(sent, status, written["callback"])
                    )
        return sent.message_id

    def _repeated(self, message_id: str) -> Answer:
        if self.conflicts:
            return self._said(409, {"existing": None if self.fault("fails after sending") else message_id})
        return self._said(200, {"id": message_id})

    async def _report(self, sent: OnAir, status: Status, callback: str | None) -> None:
        assert self.reports is not None
        await self.simulation.sleep(self.simulation.random.random() * DELIVERED_AFTER)
        report = DeliveryReport(
            provider=sent.provider,
            message_id=sent.message_id,
            status=status,
            raw_status=status,
            reference=sent.reference if callback is None else None,
            submission=callback and callback.rpartition("/")[2],
        )
        await self.reports(report)

    def _tell(self, request: Request) -> Answer:
        if self.fault("fails"):
            return self._said(503, {})
        now = self.simulation.now
        match request.path:
            case "find":
                texts = [
                    {"id": sent.message_id, "at": sent.at + BEGINNING.timestamp()}
                    for sent in self.truth.on_air
                    if all(getattr(sent, name) == wanted for name, wanted in request.query.items())
                    and sent.provider == self.name
                    and self._shown[sent.message_id] <= now
                ]
                return self._said(200, {"texts": texts})
            case "replies":
                return self._said(200, {"replies": self._replies})
            case _:
                there = [sent for sent in self.truth.on_air if sent.message_id == request.ids["id"]]
                delivered = there and there[0].at + DELIVERED_AFTER <= now
                word = Status.DELIVERED if delivered else Status.SENT if there else "none"
                return self._said(200, {"status": word})

    def _is_valid(self, token: str | None) -> bool:
        return token == f"token-{self._token}" and self.simulation.now < self._token_ends

    def _renew(self, shown: str, host: Host, *, lost: bool) -> Answer:
        earlier = self._renewals.get(shown)
        if earlier is not None and not (lost or earlier.lost or earlier.host.dead):
            self.truth.violate(f"TOKEN USED TWICE: {shown} has been renewed before, and its successor was received")
        if shown != f"token-{self._token}":
            return self._said(401, {})
        self._renewals[shown] = _Renewal(host, lost)
        return self._new_token()

    def _new_token(self) -> Answer:
        self._token += 1
        self._token_ends = self.simulation.now + TOKEN_LASTS
        return self._said(200, {"token": f"token-{self._token}"})

    def _failed(self, status: int, **headers: str) -> Answer:
        """Return an answer of a vendor that has not taken a text."""
        return self._said(status, {}, **headers)

    def _said(self, status: int, body: object, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(status, {"content-type": "application/json", **named}, json.dumps(body).encode())
