"""What every part of the adapter starts from: one account, and how requests to it are written."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import Adapter, Answer, Effect, InvalidMessageError, ProviderError, Request, SendsLater
from smsgate_salesmsg.directory import Directory
from smsgate_salesmsg.oauth import KnownByToken
from smsgate_salesmsg.refusals import BLOCK, error_text, explained
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["Account"]

Fields = Mapping[str, object]


class Account(Adapter[SalesmsgSettings], KnownByToken):
    """One account at Salesmsg."""

    name = "salesmsg"
    Settings = SalesmsgSettings
    settings: SalesmsgSettings
    blocked_for = BLOCK

    def __init__(self, settings: SalesmsgSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.directory = Directory()

    def headers(self) -> Mapping[str, str]:
        """Ask for JSON; the token's own header is beside this."""
        return {"Accept": "application/json"}

    def disabled_abilities(self) -> Mapping[type, str]:
        """Rule out scheduling in v2.2, whose documents have no `send_at` to send."""
        if self.settings.api_version == "v2.2":
            return {SendsLater: 'Salesmsg has send_at in api_version "v2.3" only; set that, or leave it out'}
        return {}

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        """Read the vendor's several error bodies."""
        return explained(request, answer)

    def error_text(self, answer: Answer) -> str | None:
        """Return the `message` of the error."""
        return error_text(answer)

    def write(
        self, method: str, path: str, fields: Fields, *, effect: Effect, ids: Mapping[str, str] | None = None
    ) -> Request:
        """Return a request whose fields stand where the settings say."""
        if self.settings.params_in == "json":
            return Request(method, path, ids=ids or {}, json=dict(fields), effect=effect)
        query = {name: _parameter(name, value) for name, value in fields.items()}
        return Request(method, path, ids=ids or {}, query=query, effect=effect)


def _parameter(name: str, value: object) -> str | int | float | list[str]:
    """Write one field of a query; true is 1, as Laravel reads it."""
    match value:
        case bool():
            return int(value)
        case str() | int() | float():
            return value
        case list() | tuple() if all(isinstance(item, str) for item in value):
            return [*value]
    raise InvalidMessageError(
        f"salesmsg: the extra field {name!r} cannot stand in a query, where only text, numbers and lists of text do; "
        'write it so, or set params_in = "json"'
    )
