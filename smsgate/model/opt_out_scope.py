"""What an opt-out is of, and what a message goes out under: by both it is decided whether the one silences the other.

An opt-out is of a number and a scope: a programme of the settings, one of our senders (``sender:+27820001111``), or
``all``. Where it is not certain that an opt-out does not concern a message, it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import Attribute, field, frozen

from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import line_of, read_line
from smsgate.model.sender import SenderKind, sender_kind
from smsgate.model.spelling import did_you_mean

__all__ = ["ALL", "EVERY_OPT_OUT", "NO_OPT_OUT", "MessageScope", "OptOutScopes", "Programme", "StopScope"]

ALL = "all"
"""The scope of an opt-out that silences every message to its number."""
SENDER = "sender:"
"""What the scope of an opt-out begins with that is of one of our senders."""
SHORT_CODE, LONG_SHORT_CODE = 6, 8
"""Digits: what has more than six may be a number, and what has more than eight is one."""


class StopScope(StrEnum):
    """What a STOP silences that comes to a sender of no programme."""

    ALL = "all"
    SENDER = "sender"


@frozen
class MessageScope:
    """What a message goes out under, as far as that is certain before it is sent."""

    other_programmes: frozenset[str] = frozenset()
    """The programmes that it is certainly not of."""
    senders: frozenset[str] | None = None
    """All senders that it may go out under; None where one of them is not known."""
    is_asked_for: bool = False
    """Whether it answers its recipient's HELP: no opt-out silences that."""

    def is_silenced_by(self, scope: str) -> bool:
        """Whether an opt-out concerns it; one of a scope that the settings do not have does."""
        if self.is_asked_for:
            return False
        if scope.startswith(SENDER):
            return self.senders is None or scope.removeprefix(SENDER) in self.senders
        return scope not in self.other_programmes


EVERY_OPT_OUT = MessageScope()
"""What a message goes out under of which nothing is known: every opt-out silences it."""
NO_OPT_OUT = MessageScope(is_asked_for=True)
"""What the answer to a HELP goes out under."""


def _tuple(values: Iterable[str]) -> tuple[str, ...]:
    """Return texts as a tuple, and a text instead of several as it is, for the check."""
    return values if isinstance(values, str) else tuple(values)  # type: ignore[return-value]


def _texts(_: object, attribute: Attribute[tuple[str, ...]], values: Iterable[str]) -> None:
    if isinstance(values, str):
        raise ConfigError(f"{attribute.name} is a text, {values[:40]!r}; write it as a list: [{values[:40]!r}]")
    if "" in {each.strip() for each in values}:
        raise ConfigError(f"{attribute.name} has an empty text; remove it")


@frozen(kw_only=True)
class Programme:
    """Messages that people opt out of together."""

    senders: tuple[str, ...] = field(default=(), converter=_tuple, validator=_texts)
    """Its numbers, short codes and names: what goes out under one of them is of it, and a STOP to one of them."""
    campaigns: tuple[str, ...] = field(default=(), converter=_tuple, validator=_texts)
    """Its campaigns: a message with one of them is of it, and a STOP that answers such a message."""

    def __attrs_post_init__(self) -> None:
        """Refuse a programme that no message can be of."""
        if not self.senders and not self.campaigns:
            raise ConfigError('a programme needs senders or campaigns, such as { senders = ["+27820001111"] }')


def _named(_: object, __: object, programmes: Mapping[str, Programme]) -> None:
    for name in programmes:
        if name == ALL or name.startswith(SENDER) or name != name.strip() or not name:
            raise ConfigError(f"programmes: {name!r} cannot be the name of a programme; choose another")


@frozen(kw_only=True)
class OptOutScopes:
    """How opt-outs are divided: by programmes, by senders, or not at all."""

    scope: StopScope = StopScope.ALL
    programmes: Mapping[str, Programme] = field(factory=dict, validator=_named, hash=False)
    region: str | None = None
    """The country of senders that are written without one."""
    _programmes_of: Mapping[str, frozenset[str]] = field(init=False, repr=False, eq=False)
    """The programmes of each sender."""

    @_programmes_of.default
    def _by_sender(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for name, programme in self.programmes.items():
            for sender in programme.senders:
                if (key := self._key(sender)) is None:
                    raise ConfigError(
                        f"programmes.{name}: {sender[:40]!r} is no sender; write a number with its country such as "
                        '"+27820001111", a short code, or a name'
                    )
                found[key] = found.get(key, frozenset()) | {name}
        return found

    @property
    def is_divided(self) -> bool:
        """Whether there is any scope but `ALL`."""
        return self.scope is StopScope.SENDER or bool(self.programmes)

    def of_reply(self, senders: Iterable[str | None], campaigns: Iterable[str | None]) -> tuple[str, ...]:
        """Return what a STOP or START is of; nothing where opt-outs are not divided.

        `senders` are what it came to, or else what the message went out under that it answers; the first that can be
        read counts. `campaigns` are those of the message that it answers.
        """
        if not self.is_divided:
            return ()
        key = next((key for each in senders if each and (key := self._key(each)) is not None), None)
        own = frozenset[str]() if key is None else self._programmes_of.get(key, frozenset())
        known = {*campaigns}
        found = [name for name, each in self.programmes.items() if name in own or not known.isdisjoint(each.campaigns)]
        if self.scope is StopScope.SENDER and key is not None and not own:
            found.append(SENDER + key)
        return tuple(found) or (ALL,)

    def of_message(self, campaign: str | None, senders: Iterable[str | None]) -> MessageScope:
        """Return what a message goes out under; a sender is None where it is not known before it is sent.

        A name that is of no programme counts as unknown: it cannot be answered, so that a STOP came to another sender.
        """
        if not self.is_divided:
            return EVERY_OPT_OUT
        keys = {None if each is None else self._key(each) for each in senders}
        known = frozenset(each for each in keys if each is not None)
        certain = bool(keys) and all(key is not None and self._is_certain(key) for key in keys)
        others = frozenset(
            name
            for name, each in self.programmes.items()
            if campaign not in each.campaigns
            and (not each.senders or (certain and all(name not in self._programmes_of.get(key, ()) for key in known)))
        )
        return MessageScope(others, known if certain and self.scope is StopScope.SENDER else None)

    def has(self, scope: str) -> bool:
        """Whether it is a scope of the settings; an opt-out of any other silences every message."""
        if scope.startswith(SENDER):
            return self.scope is StopScope.SENDER
        return scope == ALL or scope in self.programmes

    def concerns(self, opt_out: str, scope: str) -> bool:
        """Whether an opt-out silences messages of a scope: of its programme, or to go out under its sender."""
        if opt_out in {ALL, scope} or not self.has(opt_out):
            return True
        pairs = ((opt_out, scope), (scope, opt_out))
        return any(
            sender.startswith(SENDER) and programme in self._programmes_of.get(sender.removeprefix(SENDER), ())
            for sender, programme in pairs
        )

    def check(self, scope: str) -> str:
        """Return a scope as opt-outs have it; raise `ConfigError` for one that the settings do not have."""
        if scope == ALL or scope in self.programmes:
            return scope
        if scope.startswith(SENDER) and self.scope is StopScope.SENDER:
            key = self._key(scope.removeprefix(SENDER))
            if key is not None:
                return SENDER + key
            raise ConfigError(f"{scope[:60]!r} is no sender's scope; write it as sender:+27820001111")
        known = [ALL, *self.programmes, *(["sender:<number>"] if self.scope is StopScope.SENDER else [])]
        raise ConfigError(
            f"the settings have no scope {scope[:60]!r} of opt-outs (there are: {', '.join(known)})"
            f"{did_you_mean(scope, known)}"
        )

    def _is_certain(self, key: str) -> bool:
        """Whether a STOP can come to a sender, or the settings say to what else it comes."""
        return key in self._programmes_of or key.removeprefix("+").isdecimal()

    def _key(self, sender: str) -> str | None:
        """Return the one form by which a sender is compared; None for what is none, such as the id of a pool."""
        text = sender.strip()
        is_code = text.isdecimal() and len(text) <= SHORT_CODE  # a country may have numbers as short
        for each in () if is_code else (text, f"+{text}") if text.isdecimal() else (text,):
            try:
                return line_of(read_line(each, self.region))
            except InvalidMessageError:
                continue
        try:
            kind = sender_kind(text)
        except ValueError:
            return None
        # A longer one that cannot be read may be another spelling of one that is known.
        return None if kind is SenderKind.NUMBER and len(text) > LONG_SHORT_CODE else text.casefold()
