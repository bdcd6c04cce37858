"""What a file keeps of a vendor's callbacks."""

from collections.abc import Mapping

from attrs import field, frozen

from smsgate.sandbox.callbacks.call import Call


@frozen(kw_only=True)
class SavedUrl:
    """The URL of a kind of notification, and the style in which the vendor writes to it."""

    url: str = field(repr=False)  # it may have a secret in it
    style: str


@frozen(kw_only=True)
class SavedCallbacks:
    """A vendor's URLs by kind, and the calls that have ended."""

    urls: Mapping[str, SavedUrl]
    calls: tuple[Call, ...]
