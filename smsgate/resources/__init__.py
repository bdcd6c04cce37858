"""What a vendor keeps, behind the same words for every vendor."""

from smsgate.resources.contacts import AsyncContacts
from smsgate.resources.groups import AsyncGroups
from smsgate.resources.messages import AsyncMessages
from smsgate.resources.opt_outs import AsyncVendorOptOuts
from smsgate.resources.templates import AsyncTemplates

__all__ = ["AsyncContacts", "AsyncGroups", "AsyncMessages", "AsyncTemplates", "AsyncVendorOptOuts"]
