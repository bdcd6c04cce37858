"""What the page of a vendor shows that changes."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.faults import OrderedFault
from smsgate.sandbox.inbox.masked_url import masked_url
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.request_log import LoggedRequest
from smsgate.sandbox.state import State

MOST = 10
"""How many of the latest requests are shown."""
_CALLS = 5
"""The same of calls."""


@frozen(kw_only=True)
class VendorView:
    """A vendor: its faults, how its texts end, the URL of each kind of notification, its latest requests and calls."""

    name: str
    faults: Sequence[OrderedFault]
    ending: DeliveryOutcome
    webhooks: Mapping[str, str]
    requests: Sequence[LoggedRequest]
    calls: Sequence[Call]

    @classmethod
    def of(cls, state: State, name: str) -> "VendorView":
        """Return what is to be shown of this vendor."""
        callbacks = state.callbacks_of(name)
        return cls(
            name=name,
            faults=[ordered for ordered in state.faults.ordered if ordered.vendor == name],
            ending=state.endings.get(name, DeliveryOutcome.DELIVERED),
            webhooks={kind: masked_url(url) for kind, url in callbacks.destinations().items()},
            requests=_latest_requests(state, name),
            calls=callbacks.calls[: -_CALLS - 1 : -1],
        )


def _latest_requests(state: State, name: str) -> Sequence[LoggedRequest]:
    """Look at the latest requests only, then at all: mostly the former are enough."""
    for limit in (500, 1_000_000):
        logged = state.requests.latest(limit)
        found = [request for request in logged if request.vendor == name][:MOST]
        if len(found) == MOST or len(logged) < limit:
            break
    return found
