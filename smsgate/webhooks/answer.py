"""The answers of a webhook receiver: a few fixed ones, with nothing of the call in them, and what an adapter says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from attrs import evolve, field, frozen

from smsgate.adapter.acknowledgement import Acknowledgement
from smsgate.config.webhooks import PROBE, RECEIVER
from smsgate.journal.event_identity import DELIVERY_TIME
from smsgate.webhooks.request import WebhookRequest

__all__ = ["WebhookAnswer"]

STATUSES = frozenset({400, 403, 404, 405, 411, 413, 415, 500, 501, 503})
"""Every error that a receiver answers with. Reasons are in its log: an answer would show them to any caller."""
OF_ALL = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
OF_STATUS = {405: {"Allow": "GET, HEAD, POST"}, 503: {"Retry-After": f"{DELIVERY_TIME:.0f}"}}


def _known(status: int) -> int:
    """Return the status; an adapter's error with one that is none of ours is a 400, or a 500 for one of the server."""
    if status in STATUSES or 200 <= status < 300:
        return status
    return 500 if status >= 500 else 400


@frozen
class WebhookAnswer:
    """How a call is answered."""

    status: int = field(default=200, converter=_known)
    text: str = ""
    """The body; empty but where the adapter says what its vendor needs: some text it to the person who wrote."""
    media_type: str = "text/plain; charset=utf-8"
    names_receiver: bool = False
    """Whether it says that a receiver of smsgate answers, whatever the status."""

    def to(self, request: WebhookRequest) -> Self:
        """Return the answer to a request: one that looks for a receiver is answered that this is one."""
        return evolve(self, names_receiver=True) if request.header(PROBE.lower()) else self

    @classmethod
    def of(cls, acknowledgement: Acknowledgement) -> Self:
        """Return what an adapter says that its vendor must be answered."""
        return cls(acknowledgement.status, acknowledgement.body, acknowledgement.media_type)

    @property
    def is_success(self) -> bool:
        """Whether the call was taken."""
        return self.status < 300

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, without a length; a 204 has no type, as it has no body."""
        kind = {} if self.status == 204 else {"Content-Type": self.media_type}
        named = {RECEIVER: "yes"} if self.names_receiver else {}
        return {**kind, **OF_ALL, **OF_STATUS.get(self.status, {}), **named}

    @property
    def framed(self) -> list[tuple[str, str]]:
        """The headers with the length of the body, which a 204 does not have (RFC 9110, 8.6)."""
        length = [] if self.status == 204 else [("Content-Length", str(len(self.text.encode())))]
        return [*self.headers.items(), *length]
