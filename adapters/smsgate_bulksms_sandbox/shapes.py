"""A message as the vendor shows it: by the API description, or as its page on webhooks prints one."""

from typing import Any

from smsgate.sandbox import StoredText, TextState

WORDS = {
    TextState.SCHEDULED: "SCHEDULED",
    TextState.QUEUED: "ACCEPTED",
    TextState.SENT: "SENT",
    TextState.DELIVERED: "DELIVERED",
    TextState.FAILED: "FAILED.EXPIRED",
    TextState.OPTED_OUT: "FAILED.BLOCKED",
}
"""Any other state, and that of a received message (PRESUMED), is UNKNOWN."""


def shown(stored: StoredText, state: TextState, *, new: bool = False) -> dict[str, Any]:
    """Return a message; one that is `new`, in the answer to its submission, has no cost and no parts yet."""
    kind, _, subtype = WORDS.get(state, "UNKNOWN").partition(".")
    text, fields = stored.text, stored.fields
    return {
        "id": stored.message_id,
        "type": "RECEIVED" if stored.inbound else "SENT",
        "from": (text.sender or "Repliable").removeprefix("+"),
        "to": text.to.removeprefix("+"),
        "body": text.text,
        "encoding": "UNICODE" if fields.get("unicode") else "TEXT",
        **dict.fromkeys(("numberOfParts", "creditCost"), None if new else fields.get("parts")),
        "submission": {"id": fields.get("submission", "0"), "date": f"{stored.created:%Y-%m-%dT%H:%M:%SZ}"},
        "status": {"id": f"{kind}.{subtype or 'null'}", "type": kind, "subtype": subtype or None},
        "relatedSentMessageId": fields.get("related"),
        "userSuppliedId": text.reference,
    }


def nested(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as the page on webhooks prints one; it has no type."""
    kept = {name: message[name] for name in ("id", "userSuppliedId", "submission", "relatedSentMessageId")}
    numbers = {name: {"type": "INTERNATIONAL", "address": f"+{message[name]}"} for name in ("from", "to")}
    status = {"condition": message["status"]["type"], "cause": message["status"]["id"]}
    return {**kept, **numbers, "body": {"value": message["body"]}, "status": status}
