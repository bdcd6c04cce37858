"""What a vendor keeps, for threads."""

from __future__ import annotations

from smsgate.blocking.face import blocking, listing
from smsgate.resources import AsyncContacts, AsyncGroups, AsyncMessages, AsyncTemplates, AsyncVendorOptOuts

__all__ = ["Contacts", "Groups", "Messages", "Templates", "VendorOptOuts"]


class Contacts:
    """``provider.contacts``; every method raises `UnsupportedError` where the vendor keeps none."""

    def __init__(self, core: AsyncContacts) -> None:
        self.core = core

    list = listing(AsyncContacts.list)
    get = blocking(AsyncContacts.get)
    find = blocking(AsyncContacts.find)
    create = blocking(AsyncContacts.create)
    update = blocking(AsyncContacts.update)
    delete = blocking(AsyncContacts.delete)
    opt_out = blocking(AsyncContacts.opt_out)
    opt_in = blocking(AsyncContacts.opt_in)


class Groups:
    """``provider.groups``; every method raises `UnsupportedError` where the vendor has none such."""

    def __init__(self, core: AsyncGroups) -> None:
        self.core = core

    list = listing(AsyncGroups.list)
    get = blocking(AsyncGroups.get)
    create = blocking(AsyncGroups.create)
    update = blocking(AsyncGroups.update)
    delete = blocking(AsyncGroups.delete)
    add = blocking(AsyncGroups.add)
    remove = blocking(AsyncGroups.remove)
    members = listing(AsyncGroups.members)


class Templates:
    """``provider.templates``; every method raises `UnsupportedError` where the vendor keeps none."""

    def __init__(self, core: AsyncTemplates) -> None:
        self.core = core

    list = listing(AsyncTemplates.list)
    get = blocking(AsyncTemplates.get)
    delete = blocking(AsyncTemplates.delete)


class Messages:
    """``provider.messages``; every method raises `UnsupportedError` where the vendor cannot."""

    def __init__(self, core: AsyncMessages) -> None:
        self.core = core

    list = listing(AsyncMessages.list)
    get = blocking(AsyncMessages.get)
    delete = blocking(AsyncMessages.delete)
    mark_read = blocking(AsyncMessages.mark_read)
    mark_unread = blocking(AsyncMessages.mark_unread)


class VendorOptOuts:
    """``provider.opt_outs``: the vendor's own list, which `gateway.opt_outs.sync` takes into the journal."""

    def __init__(self, core: AsyncVendorOptOuts) -> None:
        self.core = core

    list = listing(AsyncVendorOptOuts.list)
    page = blocking(AsyncVendorOptOuts.page)
