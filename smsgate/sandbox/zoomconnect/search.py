"""The filters of `messages/all`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from smsgate.sandbox.zoomconnect import dates
from smsgate.sandbox.zoomconnect.account import Account
from smsgate.sandbox.zoomconnect.answers import Refusal
from smsgate.sandbox.zoomconnect.numbers import e164
from smsgate.sandbox.zoomconnect.records import StoredMessage
from smsgate.sandbox.zoomconnect.requests import read_flag

_DAY = "yyyyMMdd"
_TYPES = ("OUTBOUND", "INBOUND")
_STATUSES = ("SCHEDULED", "UNKNOWN", "SENT", "FAILED", "FAILED_REFUNDED", "FAILED_OPTOUT", "DELIVERED")

_Test = Callable[[StoredMessage], bool]


def search(query: Mapping[str, str], account: Account) -> list[StoredMessage]:
    """Return the messages that pass every filter given, the newest first."""
    tests = [_FILTERS[name](name, query, account) for name in query if name in _FILTERS]
    return [message for message in reversed(account.messages.values()) if all(test(message) for test in tests)]


def _type(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    inbound = _one_of(name, query[name], _TYPES) == "INBOUND"
    return lambda message: message.inbound is inbound


def _status(name: str, query: Mapping[str, str], account: Account) -> _Test:
    wanted, now = _one_of(name, query[name], _STATUSES), account.now()
    return lambda message: message.status(now, account.delivery) == wanted


def _sent(name: str, query: Mapping[str, str], account: Account) -> _Test:
    within, now = _within(name, query[name]), account.now()
    return lambda message: not message.inbound and message.moment <= now and within(message.moment)


def _received(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    within = _within(name, query[name])
    return lambda message: message.inbound and within(message.moment)


def _number(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    wanted = e164(query[name]) or query[name]
    return lambda message: (message.from_number if name == "fromNumber" else message.to_number) == wanted


def _text(name: str, query: Mapping[str, str], account: Account) -> _Test:
    """Search, as the documents say: a part of the field is enough, in capitals or not."""
    del account
    wanted = query[name].casefold()
    field = {"message": "text", "campaign": "campaign", "dataField": "data_field"}[name]
    return lambda message: wanted in (getattr(message, field) or "").casefold()


def _deleted(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    wanted = read_flag(query, name)
    return lambda message: message.deleted is wanted


def _read(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    wanted = read_flag(query, name)
    return lambda message: message.inbound and message.read is wanted


def _replies_to(name: str, query: Mapping[str, str], account: Account) -> _Test:
    del account
    return lambda message: message.replies_to == query[name]


_FILTERS: dict[str, Callable[[str, Mapping[str, str], Account], _Test]] = {
    "type": _type,
    "status": _status,
    "fromDateTimeSent": _sent,
    "toDateTimeSent": _sent,
    "fromDateTimeReceived": _received,
    "toDateTimeReceived": _received,
    "fromNumber": _number,
    "toNumber": _number,
    "message": _text,
    "campaign": _text,
    "dataField": _text,
    "deleted": _deleted,
    "read": _read,
    "repliesToMessageId": _replies_to,
}

PARAMETERS = frozenset(_FILTERS) | {"page", "pageSize"}


def _one_of(name: str, value: str, words: tuple[str, ...]) -> str:
    if value not in words:
        raise Refusal(400, f"{name}: one of {', '.join(words)} is required")
    return value


def _within(name: str, value: str) -> Callable[[datetime], bool]:
    day = dates.read(name, value, _DAY)
    if name.startswith("from"):
        return lambda moment: moment >= day
    return lambda moment: moment < day + timedelta(days=1)
