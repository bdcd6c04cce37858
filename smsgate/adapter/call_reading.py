"""What a call says and whether its signature proves it; an adapter's own errors and results are not trusted."""

from __future__ import annotations

from datetime import datetime

from smsgate.adapter.abilities.delivery import ReadsWebhooks, VerifiesWebhooks
from smsgate.adapter.webhook import WebhookCall, WebhookReading, WebhookSignature, adapter_failure
from smsgate.adapter.webhook_fields import check_size
from smsgate.model.errors import WebhookError

__all__ = ["check_form", "check_signature", "read_call"]


def check_form(adapter: ReadsWebhooks, name: str, call: WebhookCall) -> None:
    """Raise `WebhookError` for a call that is too long, or came by a method by which this vendor never calls."""
    check_size(call.body)
    if call.method not in adapter.webhook_methods:
        methods = " and ".join(sorted(adapter.webhook_methods))
        reason = f"{call.method} came with fields or a body, and {name} is read from {methods}"
        raise WebhookError(f"{reason}; set the vendor's webhook to that", status=405)


def check_signature(adapter: VerifiesWebhooks, call: WebhookCall, now: datetime) -> None:
    """Raise `WebhookError` unless the call is signed by the vendor, and for this time: 403, or 500 and more.

    Nothing but a `WebhookSignature` counts as a signature that is right, with a time if the adapter says that it has.
    """
    signature = _signature(adapter, call)
    tolerance, signed_at, expires_at = adapter.signature_tolerance, signature.signed_at, signature.expires_at
    if tolerance is not None and signed_at is None:
        raise WebhookError("its adapter failed: no signed_at, though there is a signature_tolerance", status=500)
    if tolerance is not None and signed_at is not None and abs(now - signed_at) > tolerance:
        raise WebhookError(f"its signature is of {signed_at:%Y-%m-%d %H:%M:%S %Z}; check the clock here", status=403)
    if expires_at is not None and now > expires_at:
        raise WebhookError(f"its signature expired at {expires_at:%Y-%m-%d %H:%M:%S %Z}", status=403)


def _signature(adapter: VerifiesWebhooks, call: WebhookCall) -> WebhookSignature:
    try:
        signature: object = adapter.verify_webhook(call)
    except WebhookError as error:
        raise WebhookError(str(error), status=error.status if error.status >= 500 else 403) from error
    except Exception as error:
        raise adapter_failure(error) from error
    if not isinstance(signature, WebhookSignature):
        raise WebhookError(f"its adapter failed: verify_webhook returned a {type(signature).__name__}", status=500)
    return signature


def read_call(adapter: ReadsWebhooks, call: WebhookCall) -> WebhookReading:
    """Return what the adapter reads in a call; raise `WebhookError` for what it cannot."""
    try:
        return adapter.read_webhook(call)
    except Exception as error:
        raise adapter_failure(error) from error
