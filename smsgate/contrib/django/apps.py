"""The app, as ``INSTALLED_APPS`` has it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.signals import setting_changed

from smsgate.contrib.django.checks import register_all
from smsgate.contrib.django.gateways import forget_settings

__all__ = ["SmsgateConfig"]


class SmsgateConfig(AppConfig):  # type: ignore[misc] # Django has no types
    """``smsgate.contrib.django``."""

    name = "smsgate.contrib.django"
    label = "smsgate"
    verbose_name = "smsgate"

    def ready(self) -> None:
        """Register the checks; open no gateway: a server may fork after this."""
        register_all()
        setting_changed.connect(forget_settings, dispatch_uid="smsgate")
