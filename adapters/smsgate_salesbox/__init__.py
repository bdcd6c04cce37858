"""Salesbox (segmentai.salesbox.com.br) for smsgate: built to its documentation, never matched with the live service."""

from smsgate_salesbox.adapter import Salesbox
from smsgate_salesbox.sending import SalesboxExtras
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["Salesbox", "SalesboxExtras", "SalesboxSettings"]
