"""Telnyx's words: the statuses of a message, and the codes of its errors.

Codes and meanings are those of the vendor's list of messaging error codes; some of its other pages print other meanings
for 40001, 40002, 40010 and 403xx, and are not followed. Which row a code is in is PRESUMED, as is what a status means.
"""

from smsgate import Answer, CodeTable, ProviderError, Request, Status, StatusTable

__all__ = ["STATUS", "TOO_LATE", "code_of", "explained", "words_of"]

STATUS = StatusTable(
    scheduled=Status.SCHEDULED,
    **dict.fromkeys(("queued", "sending"), Status.QUEUED),
    sent=Status.SENT,
    delivered=Status.DELIVERED,
    delivery_failed=Status.UNDELIVERED,
    **dict.fromkeys(("sending_failed", "failed", "gw_reject"), Status.FAILED),
    expired=Status.EXPIRED,
    cancelled=Status.CANCELLED,
)
"""The words are the API description's; "failed" and "gw_reject" are of detail records.

Every other word is UNKNOWN, as its meaning is: "delivery_unconfirmed", which a late "delivered" replaces, and in detail
records "gw_timeout", "dlr_timeout" and "dlr_unconfirmed".
"""
TOO_LATE = {"40005", "40014"}
"""Codes of a message that failed since it was too late, on its way or in the queue."""
CODES = CodeTable(
    authentication="10009 20001 20002 20003 20004 20005 20006 20007 20008",
    permission="10010 20012 20013 20014 20015 20016 20017 40309 40331 40312 40314",
    credit="20100",
    rate="10011",
    account="40333",  # the profile's spend of a day: until midnight UTC no repetition helps
    opted_out="40300",
    recipient="10002 10016 40310 40001 40012 40319 40301 40004 40006 40008",
    sender="40305 40306 40307 40308 40013 40315 40320 40321 40325 40100 40010 40329 40330 40003",
    sender_waits="40318 40011 40016 40018 40020",  # a full queue, a carrier's rate, a block of a day
    message="10004 10015 10023 10027 40302 40304 40316 40317 40322 40328 40009 40002 40015 40017 40005 40014",
    unknown="10007 10008 10037",  # internal error, time-out, unavailable
)


def explained(request: Request, answer: Answer) -> ProviderError | None:
    """Return what an answer outside 2xx means; None for a body without an error, where its status speaks.

    The API description has a list of errors, and for some refusals one error alone.
    """
    body = answer.read_or_none(dict[str, object]) or {}
    errors = body.get("errors", body)
    error = errors[0] if isinstance(errors, list) and errors else errors
    code = code_of(error)
    return CODES.error(request, answer, code, words_of(error), is_shown="data" in body) if code else None


def code_of(error: object) -> str:
    """Return an error's code, "" for what has none; in detail records it is all there is of an error."""
    code = error.get("code") if isinstance(error, dict) else error
    return str(code)[:20] if isinstance(code, str | int) else ""


def words_of(error: object) -> str:
    """Return what an error says, with its code."""
    said = [error.get("title"), error.get("detail")] if isinstance(error, dict) else []
    return " ".join((code_of(error), *(text for text in said if isinstance(text, str))))
