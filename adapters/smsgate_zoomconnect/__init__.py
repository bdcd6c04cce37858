"""Zoom Connect ("SMS Messenger" is its white label) for smsgate."""

from smsgate_zoomconnect.adapter import ZoomConnect, ZoomConnectSettings

__all__ = ["ZoomConnect", "ZoomConnectSettings"]
