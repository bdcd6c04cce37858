"""The entries of a submission, read strictly: an unknown field, a wrong type or a value out of range is a 400."""

import json
import re
from typing import Any

from attrs import frozen

from smsgate_bulksms_sandbox import parts
from smsgate_bulksms_sandbox.answers import BadRequest

_TEXTS = ("body", "encoding", "userSuppliedId", "deliveryReports", "routingGroup", "messageClass", "protocolId")
_FIELDS = {**dict.fromkeys(_TEXTS, str), "to": list, "from": dict, "longMessageMaxParts": int}
_NUMBER = re.compile(r"\+?([1-9][0-9]{6,14})")
_SENDERS = {"INTERNATIONAL": r"\+?[0-9]{7,15}", "ALPHANUMERIC": r".{1,11}", "SHORTCODE": r"[0-9]{1,6}", "REPLIABLE": ""}
_TEMPLATE = re.compile(r"\{(?:F[0-9]+|fn|sn)#*\}")


@frozen
class Entry:
    """One entry of a submission: a text for each of its recipients (E.164)."""

    to: list[str]
    text: str
    unicode: bool
    parts: int
    sender: str | None
    reference: str | None


def read_entries(body: bytes) -> list[Entry]:
    """Return the entries; one that is wrong refuses all (PRESUMED)."""
    given = json.loads(body)
    if not isinstance(given, list) or not given:
        raise BadRequest("a list of entries is required")
    return [_entry(each) for each in given]


def _entry(given: Any) -> Entry:  # noqa: ANN401 - any JSON
    for name, value in given.items():
        if type(value) is not _FIELDS.get(name):
            raise BadRequest(f"the property {name!r} is unknown or of a wrong type")
    sender, encoding, reference = given.get("from", {}), given.get("encoding", "TEXT"), given.get("userSuppliedId")
    if encoding not in {"TEXT", "UNICODE"} or len(reference or "") > 20:
        raise BadRequest("the encoding is TEXT or UNICODE, and a userSuppliedId has 20 characters at most")
    if sender and not re.fullmatch(_SENDERS[sender["type"]], sender.get("address", "")):
        raise BadRequest("the sender is not valid")
    text = _TEMPLATE.sub("", given["body"])  # a template without a field is empty
    text = text if encoding == "UNICODE" else parts.as_gsm(text)
    size = parts.count(text, unicode=encoding == "UNICODE")
    to = [_number(each) for each in given["to"]]
    if not to or not text or size > given.get("longMessageMaxParts", 3):
        raise BadRequest(f"the message has {size} parts, more than longMessageMaxParts, or no recipient or text")
    return Entry(to, text, encoding == "UNICODE", size, sender.get("address"), reference)


def _number(recipient: dict[str, str]) -> str:
    found = _NUMBER.fullmatch(recipient["address"])
    if not found or {**recipient, "type": "INTERNATIONAL"} != recipient or len(recipient) > 2:
        raise BadRequest("the recipient's phone number is not valid")
    return f"+{found[1]}"
