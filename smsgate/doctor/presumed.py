"""What an adapter presumes of its vendor, looked at where reading shows it."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.adapter.deadline import Deadline
from smsgate.adapter.presumption import Presumption
from smsgate.blocking.provider import Provider
from smsgate.doctor.credentials import unexpected
from smsgate.doctor.finding import Finding
from smsgate.doctor.first_read import Reading
from smsgate.doctor.subject import Subject
from smsgate.model.errors import ProviderError

__all__ = ["PRESUMED", "examine_presumptions"]

PRESUMED = "presumed"
"""The check's name."""


def examine_presumptions(
    subject: Subject, provider: Provider, deadline: Deadline, reading: Reading, *, reachable: bool
) -> Iterator[Finding]:
    """Say of each fact whether it is so at this account."""
    for presumption in provider.adapter.presumptions():
        if presumption.check is None:
            yield subject.not_checked(PRESUMED, f"{presumption.text} (it shows only when messages are sent)")
        elif not reachable:
            yield subject.not_checked(PRESUMED, f"{presumption.text} (the vendor cannot be asked)")
        else:
            yield _examined(subject, provider, presumption, deadline, reading)


def _examined(
    subject: Subject, provider: Provider, presumption: Presumption, deadline: Deadline, reading: Reading
) -> Finding:
    assert presumption.check is not None  # noqa: S101 - its caller has looked
    try:
        found = provider.converse("presumption", reading.of(presumption.check()), deadline=deadline)
    except ProviderError as error:
        return subject.not_checked(PRESUMED, f"{presumption.text} ({error.reason})")
    except Exception as error:  # noqa: BLE001 - a plug-in's own
        return unexpected(subject, PRESUMED, error)
    if found is None:
        return subject.not_checked(PRESUMED, f"{presumption.text} (nothing at this account shows it)")
    if found:
        return subject.ok(PRESUMED, presumption.text)
    return subject.warning(PRESUMED, f"not so here: {presumption.text} {presumption.otherwise}", "report it to smsgate")
