"""What a file keeps of a sandbox: values that no longer change, so that another thread can write them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from smsgate.sandbox.callbacks.saved import SavedCallbacks
from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.faults import OrderedFault
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.network import ScheduledText
from smsgate.sandbox.request_log import LoggedRequest


@frozen(kw_only=True)
class SavedState:
    """A sandbox at the moment `at` of its clock, which was so far `ahead`.

    `newest` is the number of the newest text that there ever was, `request_count` and `fault_count` count likewise.
    `accounts` has what each vendor keeps of its own.
    """

    at: datetime
    ahead: timedelta
    newest: int
    texts: tuple[ConversationText, ...]
    scheduled: tuple[ScheduledText, ...]
    request_count: int
    requests: tuple[LoggedRequest, ...]
    fault_count: int
    faults: tuple[OrderedFault, ...]
    endings: Mapping[str, DeliveryOutcome]
    callbacks: Mapping[str, SavedCallbacks]
    accounts: Mapping[str, Any]

    @property
    def vendors(self) -> frozenset[str]:
        """Return the vendors that were used: an account alone was never asked for anything."""
        texts = {text.vendor for text in self.texts} | {one.text.vendor for one in self.scheduled}
        others = {request.vendor for request in self.requests} | {fault.vendor for fault in self.faults}
        return frozenset(texts | others | {*self.endings, *self.callbacks})
