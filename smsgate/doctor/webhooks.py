"""Whether vendors reach our webhook receiver at the addresses that the settings say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

from attrs import frozen

from smsgate.adapter.abilities.delivery import ReadsWebhooks
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.config import Account
from smsgate.config.webhooks import PROBE, RECEIVER, WebhookSettings
from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject
from smsgate.model.errors import ProviderError
from smsgate.transport.http import HttpTransport

__all__ = ["examine_webhooks"]


_CHECK = "start the receiver, or correct webhooks.public_url; vendors have to reach it from outside"


@frozen(kw_only=True)
class _Receiver(Settings):
    """What is called, as a transport asks for it: errors name the setting that has the URL."""

    public_url: str

    @property
    def other_hosts(self) -> Mapping[str, str]:
        return {"public_url": self.public_url}


def examine_webhooks(
    subject: Subject, settings: WebhookSettings | None, accounts: Mapping[str, Account], seconds: float
) -> Iterator[Finding]:
    """Call each provider's address as a vendor does who looks whether it is right; nothing is delivered by that."""
    callers = [name for name, account in accounts.items() if issubclass(account.adapter, ReadsWebhooks)]
    if not callers:
        return
    if settings is None:
        yield subject.not_checked("webhooks", "the settings have no [webhooks], so reports and replies are polled only")
        return
    if settings.public_url is None:
        yield subject.not_checked("webhooks", "webhooks.public_url is missing, so no address is known to be called")
        return
    deadline = Deadline.of(seconds)
    with closing(HttpTransport(_Receiver(base_url=settings.public_url, public_url=settings.public_url))) as transport:
        for name in callers:
            try:
                yield _called(subject, name, settings, transport, deadline)
            except ProviderError as error:
                why = error.reason.partition(": ")[2].replace("public_url", "webhooks.public_url")
                yield subject.problem("webhooks", f"{settings.public_url} does not answer: {why}", _CHECK)
                return  # all of them are there


def _called(
    subject: Subject, name: str, settings: WebhookSettings, transport: HttpTransport, deadline: Deadline
) -> Finding:
    """Call one address; raises `ProviderError` where no answer comes."""
    secrets = settings.secrets_of(name)
    if not secrets:
        fix = f"set webhooks.secret, or {name} in [webhooks.secrets]"
        return subject.problem(name, "has no secret, so it has no address", fix)
    request = Request(
        "GET", "{provider}/{secret}", ids={"provider": name, "secret": secrets[0]}, host="public_url", deadline=deadline
    )
    answer = transport.ask(request, {PROBE: "yes"})
    return _meaning(subject, name, settings, answer)


def _meaning(subject: Subject, name: str, settings: WebhookSettings, answer: Answer) -> Finding:
    status, is_ours = answer.status, RECEIVER.lower() in answer.headers
    if is_ours and answer.ok:
        return subject.ok(name, f"reachable at {settings.public_url}, and the secret is right")
    if is_ours and status == 404:
        what = "a receiver answers there and does not know this secret and provider"
        fix = f"give the server and these settings the same webhooks.secret, and a provider {name}"
        return subject.problem(name, what, fix)
    if is_ours and status == 403:
        return subject.not_checked(name, "a receiver answers there, and takes no calls from this host (webhooks.allow)")
    if status == 404:
        what = f"a server answers 404 at {settings.public_url}, and is no receiver of smsgate there"
        return subject.problem(name, what, "correct webhooks.public_url: the path where the receiver is mounted")
    what = f"{status} is answered at {settings.public_url}, and not by a receiver of smsgate"
    fix = f"correct webhooks.public_url, or what is in front of the receiver{_hint(status)}"
    return subject.problem(name, what, fix)


def _hint(status: int) -> str:
    if 300 <= status < 400:
        return "; vendors follow no redirect"
    return "; the server behind the proxy is not running" if status in {502, 503, 504} else ""
