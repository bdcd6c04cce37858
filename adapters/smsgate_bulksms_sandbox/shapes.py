"""A message as the vendor shows it, by the API description or as its page on webhooks prints one; and its filters."""

import re
from datetime import datetime
from functools import reduce
from operator import eq, ge, gt, le, lt
from typing import Any

from smsgate.sandbox import StoredText, TextState
from smsgate_bulksms_sandbox.refusal import Refusal

_WORDS = {TextState.QUEUED: "ACCEPTED", TextState.FAILED: "FAILED.HANDSET_ERROR", TextState.EXPIRED: "FAILED.EXPIRED"}
_WORDS |= {TextState.OPTED_OUT: "FAILED.BLOCKED", TextState.RECEIVED: "UNKNOWN"}
"""Where the word is not that of the state; of a received message it is PRESUMED."""
_CLAUSE = re.compile(r"([a-zA-Z.]+)(>=|<=|=|<|>)(.+)", re.DOTALL)
_FILTERS: dict[str, tuple[dict[str, Any], Any]] = {
    **dict.fromkeys(("type", "submission.id", "status.type", "status.id", "userSuppliedId"), ({"=": eq}, str)),
    "id": ({"<": lt, ">": gt}, int),
    "submission.date": ({"<": lt, "<=": le, ">": gt, ">=": ge}, datetime.fromisoformat),
}
"""Each field that a filter may have, with its operators, and how its value is read."""


def word(state: TextState) -> str:
    """Return the vendor's word for a state, with its subtype."""
    return _WORDS.get(state, state.upper())


def shown(stored: StoredText, state: TextState, *, new: bool = False) -> dict[str, Any]:
    """Return a message in a state; one that is `new`, in the answer to its submission, has no cost and parts yet."""
    kind, _, subtype = word(state).partition(".")
    text, fields = stored.text, stored.fields
    return {
        "id": stored.message_id,
        "type": "RECEIVED" if stored.inbound else "SENT",
        "from": (text.sender or "Repliable").removeprefix("+"),
        "to": text.to.removeprefix("+"),
        "body": text.text,
        "encoding": fields.get("encoding", "TEXT"),
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


def fits(message: dict[str, Any], wanted: str) -> bool:
    """Whether a message fits all clauses of a filter, which & joins; one that is not documented is a 400."""
    return all(_fits(message, clause) for clause in wanted.split("&"))


def _fits(message: dict[str, Any], clause: str) -> bool:
    name, sign, wanted = found.groups() if (found := _CLAUSE.fullmatch(clause)) else ("", "", "")
    operators, read = _FILTERS.get(name, ({}, str))
    if sign not in operators:
        raise Refusal(f"the clause {clause!r} is not valid")
    value = reduce(lambda part, step: part[step], name.split("."), message)
    return value is not None and bool(operators[sign](read(str(value)), read(wanted)))
