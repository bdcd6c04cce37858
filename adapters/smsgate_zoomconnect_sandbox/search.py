"""The filters of `messages/all`."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from attrs import frozen

from smsgate_zoomconnect_sandbox import dates
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import Refusal
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.records import StoredMessage
from smsgate_zoomconnect_sandbox.requests import read_flag

_TYPES = ("OUTBOUND", "INBOUND")
_STATUSES = ("SCHEDULED", "UNKNOWN", "SENT", "FAILED", "FAILED_REFUNDED", "FAILED_OPTOUT", "DELIVERED")

_Test = Callable[[StoredMessage], bool]


def search(query: Mapping[str, str], account: Account) -> list[StoredMessage]:
    """Return the messages that pass every filter given, the newest first."""
    tests = [_FILTERS[name](_Filter(name, query, account)) for name in query if name in _FILTERS]
    return [message for message in reversed(account.messages.values()) if all(test(message) for test in tests)]


@frozen
class _Filter:
    """One parameter of the query; each method reads it in its own way and returns the test that a message must pass."""

    name: str
    query: Mapping[str, str]
    account: Account

    @property
    def value(self) -> str:
        return self.query[self.name]

    def by_type(self) -> _Test:
        inbound = self._one_of(_TYPES) == "INBOUND"
        return lambda message: message.inbound is inbound

    def by_status(self) -> _Test:
        wanted, now = self._one_of(_STATUSES), self.account.now()
        return lambda message: message.status(now, self.account.delivery) == wanted

    def by_day_sent(self) -> _Test:
        on_time, now = self._by_day(), self.account.now()
        return lambda message: not message.inbound and message.moment <= now and on_time(message)

    def by_day_received(self) -> _Test:
        on_time = self._by_day()
        return lambda message: message.inbound and on_time(message)

    def by_sender(self) -> _Test:
        wanted = e164(self.value) or self.value
        return lambda message: message.from_number == wanted

    def by_recipient(self) -> _Test:
        wanted = e164(self.value) or self.value
        return lambda message: message.to_number == wanted

    def by_text(self) -> _Test:
        """Search, as the documents say: a part of the field is enough, whatever the case."""
        wanted = self.value.casefold()
        field = {"message": "text", "campaign": "campaign", "dataField": "data_field"}[self.name]
        return lambda message: wanted in (getattr(message, field) or "").casefold()

    def by_deletion(self) -> _Test:
        wanted = read_flag(self.query, self.name)
        return lambda message: message.deleted is wanted

    def by_reading(self) -> _Test:
        wanted = read_flag(self.query, self.name)
        return lambda message: message.inbound and message.read is wanted

    def by_message_replied_to(self) -> _Test:
        return lambda message: message.replies_to == self.value

    def _one_of(self, words: tuple[str, ...]) -> str:
        if self.value not in words:
            raise Refusal(400, f"{self.name}: one of {', '.join(words)} is required")
        return self.value

    def _by_day(self) -> _Test:
        day = dates.read(self.name, self.value, "yyyyMMdd")
        if self.name.startswith("from"):
            return lambda message: message.moment >= day
        return lambda message: message.moment < day + timedelta(days=1)


_FILTERS = {
    "type": _Filter.by_type,
    "status": _Filter.by_status,
    "fromDateTimeSent": _Filter.by_day_sent,
    "toDateTimeSent": _Filter.by_day_sent,
    "fromDateTimeReceived": _Filter.by_day_received,
    "toDateTimeReceived": _Filter.by_day_received,
    "fromNumber": _Filter.by_sender,
    "toNumber": _Filter.by_recipient,
    "message": _Filter.by_text,
    "campaign": _Filter.by_text,
    "dataField": _Filter.by_text,
    "deleted": _Filter.by_deletion,
    "read": _Filter.by_reading,
    "repliesToMessageId": _Filter.by_message_replied_to,
}

PARAMETERS = frozenset(_FILTERS) | {"page", "pageSize"}
