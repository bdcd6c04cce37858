"""What goes wrong in a drill: the sandbox's faults by their names, and a few more."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["CALLS", "CONNECTION_REFUSED", "DEFAULT", "FAULTS", "NO_FAULT"]

NO_FAULT = "no_fault"
CONNECTION_REFUSED = "connection_refused"

_REQUESTS = {
    "rate_limited": "the vendor answers 429 and sends nothing",
    "no_credit": "the vendor answers that the account has no credit",
    "refuse_number": "the vendor answers that the number is invalid",
    "unauthorized": "the vendor answers 401",
    "forbidden": "the vendor answers 403",
    "error_before": "the vendor answers 500 and sends nothing",
    "unavailable": "the vendor answers 503 and sends nothing",
    "redirect": "the vendor answers with a redirect to the same address",
    "html": "a web page comes instead of the vendor's answer, and no text is sent",
    "drop_before": "the connection is cut after the request; no text is sent",
    "drop_after": "the connection is cut after the request; the text is sent",
    "stall_before": "no answer comes; no text is sent",
    "stall_after": "no answer comes; the text is sent",
    "accept_late": "no answer comes; the text is sent after the client has stopped waiting",
    "slow_drip": "the text is sent; the answer comes so slowly that the client stops waiting",
    "error_after": "the text is sent, and the vendor answers 500",
    "truncated": "the text is sent, and half of the answer comes",
    "wrong_shape": "the text is sent, and the answer is not what the vendor documents",
    "no_id": "the text is sent, and the answer has no message id",
    "oversize": "the text is sent, and the answer has 5 MiB",
    "gzip_bomb": "the text is sent, and the answer inflates to 64 MiB",
}

CALLS = MappingProxyType(
    {
        "calls_twice": "each webhook call comes twice",
        "calls_late": "each webhook call comes an hour late",
        "report_early": "a delivery report comes before the answer to the send",
    }
)
"""Those of webhooks: for tests of applications that receive them."""

FAULTS = MappingProxyType(
    {
        NO_FAULT: "the vendor works",
        CONNECTION_REFUSED: "no connection to the vendor comes about",
        **_REQUESTS,
        **CALLS,
    }
)
"""Each fault with what it does."""

DEFAULT = (
    NO_FAULT,
    CONNECTION_REFUSED,
    "rate_limited",
    "no_credit",
    "refuse_number",
    "error_before",
    "html",
    "drop_before",
    "drop_after",
    "stall_before",
    "stall_after",
    "accept_late",
    "slow_drip",
    "error_after",
    "wrong_shape",
)
"""Those of a drill whose mark names none."""
