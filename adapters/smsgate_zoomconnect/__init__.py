"""Zoom Connect ("SMS Messenger" is its white label) for smsgate."""

from smsgate_zoomconnect.account import NewUser, User, UserChanges
from smsgate_zoomconnect.adapter import ZoomConnect
from smsgate_zoomconnect.extras import Lookup, ZoomConnectExtras
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.statistics import CampaignStatistics, Counts, Statistics, UserStatistics

__all__ = [
    "CampaignStatistics",
    "Counts",
    "Lookup",
    "NewUser",
    "Statistics",
    "User",
    "UserChanges",
    "UserStatistics",
    "ZoomConnect",
    "ZoomConnectExtras",
    "ZoomConnectSettings",
]
