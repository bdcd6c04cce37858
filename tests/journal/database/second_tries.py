"""Second tries in processes that can be killed: run by name."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import Gateway

__all__ = ["make_second_tries", "settings"]


def settings(providers: Mapping[str, object], journal: str, lease: float = 5.0) -> dict[str, object]:
    """Return settings in which bulksms is asked for what zoomconnect has reported as not delivered."""
    return {
        "providers": providers,
        "route": ["zoomconnect"],
        "on_undelivered": {"providers": ["bulksms"]},
        "journal": {"path": journal, "lease": lease, "patience": 20},
    }


def make_second_tries(providers: Mapping[str, object], journal: str) -> None:
    """Make the second tries that are due."""
    with Gateway.from_mapping(settings(providers, journal)) as gateway:
        for _ in gateway.send_due(in_flight=4):
            pass
