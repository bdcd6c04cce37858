"""An installation with one account at a sandbox's vendor, and what is found wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import WSGIApplication

from smsgate import Config, Gateway, webhooks
from smsgate.cli.listener import listener
from smsgate.doctor import Finding, FindingState, examine
from smsgate.sandbox import Sandbox

__all__ = ["SECRET", "found", "receiving", "served", "settings_of", "webhooks_of", "wrong"]

SECRET = "a-secret-of-the-tests"


def settings_of(sandbox: Sandbox, vendor: str, folder: Path, **more: object) -> dict[str, Any]:
    """Return the settings of an installation that is well, but for what is given for the account."""
    account = {
        "adapter": vendor,
        "base_url": sandbox.url(vendor),
        "rate": "unlimited",
        **sandbox.credentials(vendor),
        **sandbox.account(vendor),
        **({"token_store": str(folder / "token")} if vendor == "salesmsg" else {}),
        **more,
    }
    return {"journal": str(folder / "smsgate.db"), "providers": {"main": account}}


def webhooks_of(port: int, path: str = "", secret: str = SECRET) -> Mapping[str, object]:
    """Return `[webhooks]`."""
    return {"secret": secret, "public_url": f"http://127.0.0.1:{port}{path}"}


def found(settings: Mapping[str, object], **how: Any) -> list[Finding]:
    return [*examine(lambda: Config.from_mapping(settings), **{"deadline": 20.0, **how})]


def wrong(findings: list[Finding]) -> list[Finding]:
    """Return what is a problem or will become one."""
    return [each for each in findings if each.state in {FindingState.PROBLEM, FindingState.WARNING}]


@contextmanager
def served(application: WSGIApplication) -> Iterator[int]:
    """Serve an application; yield its port."""
    with listener("127.0.0.1", 0, application) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def receiving(settings: Mapping[str, object], secret: str = SECRET, **more: object) -> Iterator[int]:
    """Serve the receiver of a gateway that has these settings without a journal; yield its port."""
    own = {name: value for name, value in settings.items() if name != "journal"}
    with (
        Gateway.from_mapping({**own, "webhooks": {"secret": secret, **more}}) as gateway,
        served(webhooks.wsgi(gateway, lambda _: None)) as port,
    ):
        yield port
