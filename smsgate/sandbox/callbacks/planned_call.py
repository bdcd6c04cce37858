"""A call to an application that is to be made."""

from attrs import frozen

from smsgate.sandbox.notification import Notification, Payload


@frozen(kw_only=True)
class PlannedCall:
    """A call to make: of a notification, or of a vendor that probes a URL; `payload` is there from its second attempt.

    `delayed` says that a disturbance has put it off already.
    """

    notification: Notification
    method: str = "POST"
    payload: Payload | None = None
    attempt: int = 1
    delayed: bool = False

    @property
    def disturbable(self) -> bool:
        """Say whether a disturbance concerns it; probes and further attempts are never disturbed."""
        return self.method == "POST" and self.attempt == 1
