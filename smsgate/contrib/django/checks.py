"""What ``manage.py check`` says of the settings, and ``check --deploy`` of their use in production; tag ``smsgate``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register  # noqa: A004 - Django's names
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from smsgate.adapter.settings import SHORTEST_SECRET
from smsgate.config import Config
from smsgate.contrib.django.project_config import SETTING, read_settings, with_database
from smsgate.contrib.django.test_runner import running_test
from smsgate.model.errors import ConfigError

__all__ = ["check_database", "check_production", "check_settings", "check_webhooks", "register_all"]

TAG = "smsgate"


def register_all() -> None:
    """Register the checks."""
    for check in (check_settings, check_database, check_webhooks):
        register(check, TAG)
    register(check_production, TAG, deploy=True)


def check_settings(**_: object) -> Sequence[CheckMessage]:
    """E001: what is wrong with the settings, an error each."""
    try:
        read_settings()
    except ConfigError as error:
        return [_error(problem, "smsgate.E001") for problem in error.problems]
    return []


def check_database(**_: object) -> Sequence[CheckMessage]:
    """E002: the journal is to be in a database of the project that is not there, or has no journal."""
    config = _config()
    if config is None or running_test():
        return []
    try:
        with_database(config)
    except ConfigError as error:
        return [_error(problem, "smsgate.E002") for problem in error.problems]
    return []


def check_webhooks(**_: object) -> Sequence[CheckMessage]:
    """E003, W001, W002: the urls, and what the settings say of webhooks."""
    config = _config()
    if config is None or not getattr(settings, "ROOT_URLCONF", None):
        return []
    is_included = any(_takes_calls(pattern) for pattern in get_resolver().url_patterns)
    if config.webhooks is None:
        if not is_included:
            return []
        hint = f'Set {SETTING} = {{"webhooks": {{"secret": {{"env": "SMSGATE_WEBHOOK_SECRET"}}}}}}.'
        return [Error("the urls have smsgate's webhooks, and the settings no secret for them", hint, id="smsgate.E003")]
    if not is_included:
        hint = 'Add path("sms/", include("smsgate.contrib.django.urls")) to the ROOT_URLCONF.'
        return [Warning("the settings have webhooks, and the urls do not include them", hint, id="smsgate.W001")]
    return _check_public_url(config.webhooks.public_url)


def check_production(**_: object) -> Sequence[CheckMessage]:
    """W003, W004, I001: no journal, secrets in a program's text, and a journal that serves one host."""
    config = _config()
    if config is None:
        return []
    found = [*_plain_secrets(config)]
    if config.journal is None:
        what = "no journal: a key does not keep a message from being sent twice, and unknown outcomes are not listed"
        found.append(Warning(what, f'Set {SETTING} = {{"journal": "django"}}, or name a file.', id="smsgate.W003"))
        return found
    try:
        config = with_database(config)
    except ConfigError:  # E002
        return found
    if config.journal is not None and not config.journal.is_postgres:
        hint = "Several hosts share a journal in PostgreSQL: name the project's database there, or its address."
        found.append(Info("the journal is a file, which the processes of one host share", hint, id="smsgate.I001"))
    return found


def _config() -> Config | None:
    """Return the settings; None where E001 says what is wrong with them."""
    try:
        return read_settings()
    except ConfigError:
        return None


def _error(problem: str, name: str) -> CheckMessage:
    """Return an error with what follows its first semicolon, the fix, as the hint."""
    what, _, fix = problem.partition("; ")
    return Error(what, fix[:1].upper() + fix[1:] if fix else None, id=name)


def _takes_calls(pattern: URLPattern | URLResolver) -> bool:
    from smsgate.contrib.django.views import receive  # noqa: PLC0415 - a project without urls needs no views

    if isinstance(pattern, URLResolver):
        return any(_takes_calls(each) for each in pattern.url_patterns)
    return pattern.callback is receive


def _check_public_url(public_url: str | None) -> Sequence[CheckMessage]:
    try:
        here = reverse("smsgate:webhooks").rstrip("/")
    except NoReverseMatch:  # included in the urls of another app
        return []
    called = None if public_url is None else urlsplit(public_url).path.rstrip("/")
    if called is None or called == here:
        return []
    what = f"webhooks.public_url ends in {called or '/'!r}, and the urls have the webhooks at {here or '/'!r}"
    return [Warning(what, "Vendors call the public_url: make both the same.", id="smsgate.W002")]


def _plain_secrets(config: Config) -> Iterator[CheckMessage]:
    """Give a warning for each table with a secret that is written in the program of the settings."""
    if settings.DEBUG:
        return
    sources = _sources()
    for path, secrets in _secrets(config):
        if any(len(secret) >= SHORTEST_SECRET and secret in source for secret in secrets for source in sources):
            what = f"{path}: a secret is written in the settings' program"
            yield Warning(what, 'Write {"env": "NAME"} or {"file": "PATH"} instead of it.', id="smsgate.W004")


def _secrets(config: Config) -> Iterator[tuple[str, Sequence[str]]]:
    for name, account in config.accounts.items():
        yield f"{SETTING}: providers.{name}", account.settings.secrets
    if config.webhooks is not None:
        every = [config.webhooks.secret, *config.webhooks.secrets.values()]
        yield f"{SETTING}: webhooks", [secret for secrets in every for secret in secrets]
    if config.journal is not None and config.journal.is_postgres:
        address = urlsplit(config.journal.path)
        password = address.password or ""
        yield f"{SETTING}: journal", [password, unquote(password), *parse_qs(address.query).get("password", ())]


def _sources() -> Sequence[str]:
    """Return the program of the settings, and what is beside it: a project may have several files of settings."""
    module = sys.modules.get(getattr(settings, "SETTINGS_MODULE", ""))
    file = getattr(module, "__file__", None)
    if file is None:
        return ()
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(Path(file).parent.glob("*.py"))]
