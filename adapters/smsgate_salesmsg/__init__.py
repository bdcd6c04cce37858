"""Salesmsg (salesmessage.com) for smsgate."""

from smsgate_salesmsg.adapter import Salesmsg
from smsgate_salesmsg.contacts import ContactFilter, ContactOrder, SalesmsgExtras
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["ContactFilter", "ContactOrder", "Salesmsg", "SalesmsgExtras", "SalesmsgSettings"]
