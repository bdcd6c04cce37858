"""The ``[opt_out]`` table: which replies are opt-outs, and what those silence."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from smsgate.model.opt_out_scope import OptOutScopes, Programme, StopScope
from smsgate.receiving.opt_out_words import OptOutWords

__all__ = ["OptOutSettings"]


@frozen(kw_only=True)
class OptOutSettings(OptOutWords):
    """The ``[opt_out]`` table."""

    scope: StopScope = StopScope.ALL
    """What a STOP silences that comes to a sender of no programme: "all", or what goes out under that "sender"."""
    programmes: Mapping[str, Programme] = field(factory=dict, hash=False)
    """Messages that people opt out of together, by names of your own."""

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be a programme."""
        super().__attrs_post_init__()
        self.scopes(None)

    def scopes(self, region: str | None) -> OptOutScopes:
        """Return how opt-outs are divided; senders that vendors write without their country are read in `region`."""
        return OptOutScopes(scope=self.scope, programmes=self.programmes, region=region)
