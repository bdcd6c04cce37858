"""Vendors that let a sender be chosen: one with pools of senders, one with other pools, one with none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    ChoosesSender,
    Conversation,
    Doubt,
    Effect,
    Provider,
    Reconciles,
    Request,
    SenderTable,
    SendsBulk,
    Settings,
    Submission,
)
from smsgate import Message as Text
from smsgate.testing import StubTransport, answer

POOL = "MG-471147114711"
"""The id of a pool at `Pools`."""
OTHER_POOL = "profile-17"
"""The id of a pool at `Profiles`."""


@frozen(kw_only=True)
class SenderSettings(Settings):
    base_url: str = "https://hooli.test"


class Hooli(Adapter[SenderSettings], ChoosesSender, Reconciles):
    """Takes any sender, and remembers what it was asked about."""

    name = "hooli"
    Settings = SenderSettings

    def __init__(self, settings: SenderSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.doubts: list[Doubt] = []

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Text, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"from": message.sender}, effect=Effect.SENDS)
        return Accepted(message_id=submission.id)

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        yield from ()
        self.doubts.append(doubt)
        return Accepted(message_id="17")


class Pools(Hooli):
    """Has pools of senders."""

    name = "pools"
    service_pattern = r"MG-\d+"


class Profiles(Hooli, SendsBulk):
    """Has other pools of senders, and takes ten messages a call."""

    name = "profiles"
    service_pattern = r"profile-\d+"
    bulk_size = 10

    def send_bulk(self, messages: Sequence[Text], submissions: Sequence[Submission]) -> Conversation[list[Accepted]]:
        yield Request("POST", "bulk", json=[message.sender for message in messages], effect=Effect.SENDS)
        return [Accepted(message_id=submission.id) for submission in submissions]


def adapter(kind: type[Hooli], senders: SenderTable | None = None) -> Hooli:
    return kind(SenderSettings(senders=senders), provider=kind.name)


def provider(kind: type[Hooli], senders: SenderTable | None = None) -> tuple[Provider, StubTransport]:
    """Return a provider whose vendor accepts everything, and what it was asked."""
    stub = StubTransport(lambda _: answer(json={}))
    return Provider(kind.name, adapter(kind, senders), stub), stub
