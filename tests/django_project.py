"""Django as tests in this process use it: configured once, whichever test is the first."""

from __future__ import annotations

import django
from django.conf import settings

__all__ = ["configure_django"]


def configure_django() -> None:
    """Configure Django, unless that was done already."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="only for a test",
            INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "smsgate.contrib.django"],
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            SMSGATE={"providers": {"dev": {"adapter": "memory"}}},
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
        django.setup()
