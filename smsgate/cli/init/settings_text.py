"""The file that `smsgate init` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from smsgate.cli.init.account import AccountDraft
from smsgate.files.toml import toml_key, toml_value

__all__ = ["WEBHOOK_SECRET", "FirstSettings"]

WEBHOOK_SECRET = "SMSGATE_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable


@frozen(kw_only=True)
class FirstSettings:
    """Everything that was answered."""

    draft: AccountDraft
    title: str
    region: str | None
    journal: str | None
    webhook_secret: str | None = field(repr=False)
    secrets_in_file: bool

    @property
    def exports(self) -> dict[str, str]:
        """The environment variables that the file names, with their values."""
        if self.secrets_in_file:
            return {}
        own = {self.draft.variable(setting): value for setting, value in self.draft.secrets.items()}
        return own | ({} if self.webhook_secret is None else {WEBHOOK_SECRET: self.webhook_secret})

    def text(self) -> str:
        """Return the file's text."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# Settings of smsgate. `smsgate config check` checks them, `smsgate config show` shows all there are."
        if self.exports:
            yield f"# Secrets are in the environment: export {' '.join(self.exports)} before you start."
        if self.region is not None:
            yield "\n# Numbers without a country's code are read in this country."
            yield f"default_region = {toml_value(self.region)}"
        if self.journal is not None:
            yield "\n# Remembers every send: a key sends once, a run goes on where it was interrupted, a STOP is known."
            yield f"journal = {toml_value(self.journal)}"
        yield f"\n# {self.title}\n[providers.{toml_key(self.draft.name)}]"
        yield f"adapter = {toml_value(self.draft.adapter.name)}"
        yield from self._account()
        if self.webhook_secret is not None:
            secret = self.webhook_secret if self.secrets_in_file else {"env": WEBHOOK_SECRET}
            yield "\n# Reports and replies: `smsgate listen --show-secret` shows the URLs that the vendor calls."
            yield f"[webhooks]\nsecret = {toml_value(secret)}"

    def _account(self) -> Iterator[str]:
        settings = self.draft.account().settings
        for setting, written in self.draft.texts.items():
            if help_text := self.draft.help.get(setting):
                yield f"# {help_text}"
            value: object = written if isinstance(written, Mapping) else getattr(settings, setting)
            if setting in self.draft.secrets and not self.secrets_in_file:
                value = {"env": self.draft.variable(setting)}
            yield f"{toml_key(setting)} = {toml_value(value)}"
