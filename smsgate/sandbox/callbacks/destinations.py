"""The URLs that an application gave one vendor, for each kind of what the vendor sends."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from smsgate.sandbox.callbacks.destination import Destination
from smsgate.sandbox.callbacks.saved import SavedUrl
from smsgate.sandbox.notification import Notification
from smsgate.sandbox.vendor import Vendor


class Destinations:
    """One destination for each kind of notification, at this machine or one of `hosts`."""

    def __init__(self, vendor: Vendor, hosts: Collection[str]) -> None:
        self._vendor = vendor
        self._hosts = hosts
        self._by_kind: dict[str, Destination] = {}

    def clear(self) -> None:
        """Remove them."""
        self._by_kind = {}

    def urls(self) -> Mapping[str, str]:
        """Return the URL of each kind that has one."""
        return {kind: destination.url for kind, destination in self._by_kind.items()}

    def set(self, url: str | None, kind: str | None, style: str | None) -> tuple[str, ...]:
        """Set the URL of one kind or of all, None for none; return the kinds."""
        kinds = self._kinds(kind)
        if url is None:
            for each in kinds:
                self._by_kind.pop(each, None)
        else:
            self._by_kind |= dict.fromkeys(kinds, Destination(url, self._style(style), self._hosts))
        return kinds

    def of(self, notification: Notification) -> Destination | None:
        """Return where a notification goes: its own address, or that of its kind; None for one that is not here."""
        if notification.url is None:
            return self._by_kind.get(notification.kind)
        with suppress(ValueError):  # an address of another machine, as an application's settings may have
            return Destination(notification.url, self._vendor.styles[0], self._hosts)
        return None

    def saved(self) -> Mapping[str, SavedUrl]:
        """Return what a file keeps."""
        return {kind: SavedUrl(url=one.url, style=one.style) for kind, one in self._by_kind.items()}

    def restore(self, saved: Mapping[str, SavedUrl]) -> None:
        """Begin with what a file kept. LookupError or ValueError for a kind, a style or a URL that cannot be used."""
        for kind, one in saved.items():
            self.set(one.url, kind, one.style)

    def _kinds(self, kind: str | None) -> tuple[str, ...]:
        known = self._vendor.kinds
        if not known:
            raise LookupError(f"{self._vendor.name} has no webhooks; poll it for statuses instead")
        if kind is not None and kind not in known:
            raise LookupError(f"{self._vendor.name} has no webhook for {kind!r} (it has: {', '.join(known)})")
        return known if kind is None else (kind,)

    def _style(self, style: str | None) -> str:
        known = self._vendor.styles
        if style is not None and style not in known:
            raise ValueError(f"{self._vendor.name} has no style {style!r} (it has: {', '.join(known)})")
        return style or known[0]
