"""Zoom Connect ("SMS Messenger" is its white label) for smsgate."""

from smsgate_zoomconnect.adapter import ZoomConnect
from smsgate_zoomconnect.extras import ZoomConnectExtras
from smsgate_zoomconnect.lookup import Lookup
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.statistics import CampaignStatistics, Counts, Statistics, UserStatistics
from smsgate_zoomconnect.users import NewUser, User, UserChanges

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
