"""The answers of a webhook receiver: a few fixed ones, with nothing of the call in them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from smsgate.journal.event_identity import DELIVERY_TIME

__all__ = ["WebhookAnswer"]

STATUSES = frozenset({200, 400, 403, 404, 405, 411, 413, 415, 500, 501, 503})
"""Every status that a receiver answers with. Reasons are in its log: an answer would show them to any caller."""
OF_ALL = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
OF_STATUS = {405: {"Allow": "GET, HEAD, POST"}, 503: {"Retry-After": f"{DELIVERY_TIME:.0f}"}}


def _known(status: int) -> int:
    """Return the status; an adapter's refusal with one that is none of ours is a 400."""
    return status if status in STATUSES else 400


@frozen
class WebhookAnswer:
    """How a call is answered."""

    status: int = field(default=200, converter=_known)

    @property
    def text(self) -> str:
        """The body, which is empty: some vendors text the body of an answer to the person who wrote."""
        return ""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, without a length."""
        return {**OF_ALL, **OF_STATUS.get(self.status, {})}
