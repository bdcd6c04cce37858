"""A submission, read strictly: an unknown field, a wrong type or a value out of range is a 400."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from smsgate.sandbox import Fault, fault_for
from smsgate_bulksms_sandbox.refusal import Refusal

_QUERY = {"deduplication-id", "schedule-date", "schedule-description"}
_TEXTS = ("body", "encoding", "userSuppliedId", "deliveryReports", "routingGroup", "messageClass", "protocolId")
_FIELDS = {**dict.fromkeys(_TEXTS, str), "to": list, "from": dict, "longMessageMaxParts": int}
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDERS = {"INTERNATIONAL": r"\+?[0-9]{7,15}", "ALPHANUMERIC": r".{1,11}", "SHORTCODE": r"[0-9]{1,6}", "REPLIABLE": ""}
_TEMPLATE = re.compile(r"\{(?:F[0-9]+|fn|sn)#*\}")
_NOT_GSM = re.compile(r"[^\n\r\f -_a-~€£¥§¤¡¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ]")
"""What the alphabet of GSM 03.38 has not: of ASCII that is the backtick."""
_TWICE = set("\f^{}\\[~]|€")
"""What counts as two of its characters."""


def read_query(query: Mapping[str, str], now: datetime) -> tuple[int | None, datetime | None]:
    """Return the key of a submission, and its date."""
    key, date = query.get("deduplication-id"), query.get("schedule-date")
    at = datetime.fromisoformat(date) if date else None
    if query.keys() - _QUERY or not -(2**31) <= int(key or 0) < 2**31:
        raise Refusal("a parameter is unknown, or deduplication-id is no int32")
    if at and at > now + timedelta(days=731):
        raise Refusal("schedule-date is over two years ahead")
    return int(key) if key else None, at


def read_texts(given: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the texts of all entries, one for each recipient: `to`, `body` as it is sent, `sender`, `parts`.

    An entry that is wrong refuses all (PRESUMED).
    """
    if not isinstance(given, list) or not given:
        raise Refusal("a list of entries is required")
    return [text for entry in given for text in _texts(entry)]


def _texts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    for name, value in entry.items():
        if type(value) is not _FIELDS.get(name):
            raise Refusal(f"the property {name!r} is unknown or of a wrong type")
    sender, encoding = entry.get("from", {"type": "REPLIABLE"}), entry.get("encoding", "TEXT")
    body = _TEMPLATE.sub("", entry["body"])  # a template without a field is empty
    if encoding == "TEXT":
        body = _NOT_GSM.sub("?", body)
    parts = _parts(body, unicode=encoding == "UNICODE")
    wrong = {
        "the encoding is not TEXT or UNICODE": encoding not in {"TEXT", "UNICODE"},
        "the userSuppliedId has more than 20 characters": len(entry.get("userSuppliedId", "")) > 20,
        "the sender is not valid": not re.fullmatch(_SENDERS[sender["type"]], sender.get("address", "")),
        "the message has no recipient or no text": not entry["to"] or not body,
        f"the message has {parts} parts, more than longMessageMaxParts": parts > entry.get("longMessageMaxParts", 3),
    }
    for detail in (each for each, refused in wrong.items() if refused):
        raise Refusal(detail)
    own = {"sender": sender.get("address"), "reference": entry.get("userSuppliedId"), "body": body, "parts": parts}
    return [{**entry, **own, "to": _number(each)} for each in entry["to"]]


def _number(recipient: dict[str, str]) -> str:
    number = f"+{recipient['address'].removeprefix('+')}"
    is_number = recipient["type"] == "INTERNATIONAL" and len(recipient) == 2 and _NUMBER.fullmatch(number)
    if not is_number or fault_for(number) is Fault.REFUSE_NUMBER:
        raise Refusal("the recipient's phone number is not valid")
    return number


def _parts(text: str, *, unicode: bool) -> int:
    """Count as naively as the description: 160 or 70 characters, or 153 or 67 in each part; none is divided."""
    alone, joined = (70, 67) if unicode else (160, 153)
    sizes = [1 + (each > "\uffff" if unicode else each in _TWICE) for each in text]
    parts, room = 1, alone if sum(sizes) <= alone else joined
    for size in sizes:
        parts, room = (parts, room - size) if size <= room else (parts + 1, joined - size)
    return parts
