"""A message as a status callback, a reply and a record show it, and the vendor's words: of statuses and of errors.

The codes of errors are those of SPEC messages (x-errors); the row that each is in is PRESUMED. A problem document has
its code at the end of `type`, or as its `title` (PRESUMED). The description's examples number some errors otherwise:
1100 is there an unsupported channel, and in the list a failure of communication. So a known title decides, and before
it the name of a refused parameter.
"""

import re
from typing import Annotated

from attrs import frozen

import smsgate as sg
from smsgate import Status, fields

__all__ = ["CODES", "MessageReply", "Problem"]

STATUS = sg.StatusTable(
    submitted=Status.SENT, delivered=Status.DELIVERED, rejected=Status.REJECTED, undeliverable=Status.FAILED
)
STATUS |= {"accepted": Status.QUEUED, "buffered": Status.QUEUED, "expired": Status.EXPIRED, "failed": Status.FAILED}
"""SPEC; the second line has words of the older SMS API, which records may have (DOC): its "unknown" is ours, too."""
REJECTED_AS = {"1330": Status.UNKNOWN, "1360": Status.EXPIRED}
"""Codes that say more than "rejected" does (DOC sms-status)."""
CODES = sg.CodeTable(
    permission="1060 1080 1160 unprovisioned",
    credit="1070",
    rate="1000",
    opted_out="1240",
    recipient="1040 1050 1170 1180 1190 1200 1220 1230 1241 1250 1260 1280 1290 1300 1310 1430 to invalid-recipient",
    sender="1120 1420 from invalid-sender",
    message="1010 1020 1021 1022 1090 1130 1140 1150 1210 1270 1340 1380 1381 1382 1400 1410 1440 1450 "
    "invalid-params invalid-channel-parameters invalid-message-type unsupported-channel invalid-client-reference "
    "premature-redaction",
    unknown="1030 1100 1320 1330 1331 internal-error",  # 1320: sent already, which no document explains
)
SHORTEST_NUMBER = 7
"""Digits of what may be a number (SPEC); a short code has fewer."""
_CODE = re.compile(r"#([A-Za-z0-9-]{1,40})$")


@frozen
class Problem:
    """A problem document (SPEC)."""

    type: fields.Spare[str] = None
    title: fields.Spare[fields.Word] = None
    detail: fields.Spare[str] = None
    invalid_parameters: fields.Spare[list[dict[str, object]]] = None

    @property
    def code(self) -> str | None:
        """The end of `type`, or the title where it is a number."""
        found = _CODE.search(self.type or "")
        return found[1] if found else self.title if (self.title or "").isdigit() else None

    @property
    def names(self) -> list[str]:
        """What else names it: the refused parameters, and its title."""
        parameters = [str(parameter.get("name")) for parameter in self.invalid_parameters or ()]
        return [*parameters, (self.title or "").lower().replace(" ", "-")]

    @property
    def text(self) -> str | None:
        """What it says."""
        return ": ".join(filter(None, (self.title, self.detail))) or None


def _number(value: object) -> str | None:
    """Read a number, which the vendor writes without its plus, as E.164; a short code or a name as it is."""
    text = fields.read_word(value) if value not in (None, "") else None
    return sg.number_or_text(f"+{text}") if text and text.isdigit() and len(text) >= SHORTEST_NUMBER else text


Number = Annotated[str | None, fields.Reader(_number)]


@frozen(kw_only=True)
class MessageReply:
    """What all of them have."""

    raw: fields.Raw
    id: fields.Id
    raw_status: fields.OptionalWord = fields.named("status", None)
    reference: fields.OptionalText = fields.named("client_ref", None)
    to: Number = None
    sender: Number = fields.named("from", None)
    error: fields.Spare[Problem] = None

    @property
    def status(self) -> Status:
        """Where it is: what the status word means beside the error's code."""
        status, code = STATUS.of(self.raw_status), self.error and self.error.code
        return REJECTED_AS.get(code or "", status) if status is Status.REJECTED else status

    @property
    def reason(self) -> str | None:
        """Why it failed."""
        return CODES.reason(self.error.code, self.error.text) if self.error else None

    def report(self) -> sg.DeliveryReport:
        """Say what became of it."""
        return fields.into(sg.DeliveryReport, self, message_id=self.id)
