"""What a vendor keeps, behind the same words for every vendor."""

from smsgate.resources.contacts import Contacts
from smsgate.resources.groups import Groups
from smsgate.resources.messages import Messages
from smsgate.resources.templates import Templates

__all__ = ["Contacts", "Groups", "Messages", "Templates"]
