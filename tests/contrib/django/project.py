"""A project whose settings name vendors at hosts of the internet, which no test may ask, and its urls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test.utils import override_settings
from django.urls import include, path

from smsgate.contrib.django.gateways import current

SECRET = "s3cret-that-nobody-guesses"
ACCOUNT = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "canary-token"}
SETTINGS: dict[str, object] = {
    "providers": {"zoom": ACCOUNT},
    "default_region": "ZA",
    "journal": "django",
    "webhooks": {"secret": SECRET},
}
NUMBER = "+27821234567"

urlpatterns = [path("hooks/sms/", include("smsgate.contrib.django.urls"))]


@contextmanager
def sms(settings: object = SETTINGS, **others: object) -> Iterator[None]:
    """Have these settings, and no gateway of them before or after."""
    with override_settings(SMSGATE=settings, ROOT_URLCONF=__name__, **others):
        yield
    current.close()


def leave_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no test run for what follows; called in the test, as pytest says at each phase which one runs."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
