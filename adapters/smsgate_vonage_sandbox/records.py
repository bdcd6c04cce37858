"""The records of Reports: which ones a query asks for, and how each is written."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from smsgate.sandbox import StoredText, TextState
from smsgate_vonage_sandbox.requests import KEY, RefusedError

PARAMETERS = {"account_id", "product", "direction", "id", "date_start", "date_end", "include_message", "cursor", "iv"}
IV = "c2FuZGJveC1pdg"
WORDS: Mapping[TextState, tuple[str, str | None, str | None]] = {
    TextState.QUEUED: ("submitted", None, None),
    TextState.SENT: ("submitted", None, None),
    TextState.DELIVERED: ("delivered", None, None),
    TextState.FAILED: ("undeliverable", "1260", "Destination unreachable"),
    TextState.OPTED_OUT: ("rejected", "1240", "Illegal Number"),
    TextState.UNKNOWN: ("rejected", "1330", "Unknown"),
    TextState.RECEIVED: ("delivered", None, None),
}
"""The vendor's word, error code and its text for each state."""


def records(texts: Iterable[StoredText], query: Mapping[str, str], now: datetime, page_size: int) -> dict[str, Any]:
    """Return the answer to a query for the texts of its product."""
    texts = [text for text in texts if ("inbound" if text.inbound else "outbound") == query["direction"]]
    more: dict[str, Any] = {}
    if "id" in query:
        ids = query["id"].split(",")
        found = [text for text in texts if text.message_id in ids]
        more["ids_not_found"] = ",".join({*ids} - {text.message_id for text in found}) or None
    else:
        start, end = (_moment(query, name) for name in ("date_start", "date_end"))
        if not timedelta() < end - start <= timedelta(hours=24) or start > now:
            raise invalid("date_end", "must be at most 24 hours later than date_start, which must be in the past")
        found = [text for text in texts if start <= text.created < end]
    first = int(query.get("cursor", "0"))
    shown = found[first : first + page_size]
    if truncated := first + page_size < len(found):
        more |= {"cursor": str(first + page_size), "iv": IV}
    with_text = query.get("include_message") == "true"
    status = {"request_status": "TRUNCATED" if truncated else "SUCCESS", "items_count": len(shown)}
    return {**status, "records": [_record(text, now, with_text=with_text) for text in shown], **more}


def check_query(query: Mapping[str, str]) -> None:
    """Refuse a query that the description does not have."""
    for name in query.keys() - PARAMETERS:
        raise invalid(name, "Unknown parameter")
    if query.get("account_id") != KEY:
        raise RefusedError(403, "/reports#forbidden", "Forbidden", "User not authorized to query the requested data")
    for name, words in {"product": {"SMS", "MESSAGES"}, "direction": {"inbound", "outbound"}}.items():
        if query.get(name) not in words:
            raise invalid(name, "Missing required parameter")
    dates = len({"date_start", "date_end"} & query.keys())
    if dates != (0 if "id" in query else 2) or query.get("id", "").count(",") > 19:
        raise invalid("id", "must be up to 20 ids alone, or date_start and date_end")
    if "cursor" in query and query.get("iv") != IV:
        raise invalid("iv", "must be the one of the cursor")


def invalid(name: str, reason: str) -> RefusedError:
    """Return the refusal of a parameter."""
    parameters = [{"name": name, "reason": reason}]
    return RefusedError(422, "/reports#invalid-parameters", "Unprocessable entity", invalid_parameters=parameters)


def _moment(query: Mapping[str, str], name: str) -> datetime:
    try:
        return datetime.strptime(query[name], "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise invalid(name, "must be such as 2017-12-01T00:00:00+0000") from None


def _record(stored: StoredText, now: datetime, *, with_text: bool) -> dict[str, Any]:
    word, code, _ = WORDS[stored.state(now)]
    text = stored.text
    personal = {"from": text.sender, "to": text.to, "message_body": text.text if with_text else None}
    shown = {name: "REDACTED" if "redacted" in stored.fields else value for name, value in personal.items() if value}
    return {
        "account_id": KEY,
        "message_id": stored.message_id,
        "client_ref": text.reference,
        **{name: value.removeprefix("+") for name, value in shown.items()},
        "status": word,
        "error_code": code,
        "date_received": f"{stored.created:%Y-%m-%dT%H:%M:%S+0000}",
        "total_price": "0.0333",
    }
