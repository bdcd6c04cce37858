"""What a vendor keeps, behind the same words for every vendor."""

from smsgate.facets.contacts import Contacts
from smsgate.facets.groups import Groups
from smsgate.facets.messages import Messages
from smsgate.facets.templates import Templates

__all__ = ["Contacts", "Groups", "Messages", "Templates"]
