"""Whether a test runner runs this process, and which test: no test of a project may text a person by accident."""

from __future__ import annotations

import os
import sys

from attrs import field, frozen
from django.conf import settings
from django.core import mail

__all__ = ["RunningTest", "running_test"]

_PYTEST = "PYTEST_CURRENT_TEST"
"""Which test pytest runs, and its phase in brackets; the processes that a test starts inherit it."""


@frozen
class RunningTest:
    """One test; another one is not equal to it."""

    name: str
    mails: object = field(eq=id)
    """Django's own outbox, of which each of its test cases has a new one."""


def running_test() -> RunningTest | None:
    """Return the test that runs: of ``manage.py test``, pytest-django or pytest; None outside tests."""
    by_pytest = os.environ.get(_PYTEST) if "pytest" in sys.modules else None
    if by_pytest is None and not _is_test_environment():
        return None
    return RunningTest((by_pytest or "").rpartition(" ")[0], getattr(mail, "outbox", None))


def _is_test_environment() -> bool:
    """Say whether `setup_test_environment` was called.

    Django has no function that says so. Its own mark is looked for, and what is documented to be there in a test: an
    outbox alone may be that of a project that keeps its mails in memory.
    """
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    return hasattr(state, "saved_data") or (hasattr(mail, "outbox") and "testserver" in settings.ALLOWED_HOSTS)
