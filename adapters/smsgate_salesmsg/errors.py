"""What the vendor's refusals mean.

Bodies seen: ``{"message": text|null|list, "status", "auth_required", "errors": {field: [text]}}``, any part of which
may be missing. The words that tell messages apart are the vendor's where the guide has them, and PRESUMED
where the comment says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from smsgate import (
    Answer,
    AuthenticationError,
    ConflictError,
    Effect,
    InvalidRecipientError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
    refusal_kind,
    searchable,
)

__all__ = ["BLOCK", "FAILED", "error_text", "error_within", "explained", "failed", "scope_for", "token_refused"]

BLOCK = 60.0
"""Seconds for which everything is blocked after too many requests (guide)."""
FAILED = "failed"
"""The status of a message that was not sent (guide)."""
MOST_READ = 1_000
"""Characters of one of the vendor's texts that are looked at."""
MAX_QUOTED = 200
"""Characters of the vendor's words in an error."""

_OF_A_CONTACT = {"contacts", "contacts/{contact}"}
_OF_THE_RECIPIENT = {"number", "contact", "contact_id"}
_OF_THE_SETTINGS = {"team_id", "inbox_id", "number_id"}
_WORDS: Mapping[str, type[RejectedError]] = {
    r"\bopted[ _-]?out|\bis opt[ _-]out|unsubscribed": OptedOutError,
    r"landline|(contact|number|recipient)[\w ]{0,40} blocked": InvalidRecipientError,
    r"invalid[\w ]{0,40} number|number[\w ]{0,40} (invalid|not (a )?valid)": InvalidRecipientError,
}
"""But for the guide's "Landline number" these words are PRESUMED."""
_DEAD = "could not decode token|explicit deny"
_LACKS_SCOPE = "the token lacks the scope {scope}, which {request} needs; make a token that has it"
_LACKS_BAA = (
    "the organisation has HIPAA enabled and this OAuth application has no signed Business Associate Agreement "
    "(BAA); sign one with Salesmsg, or use a personal access token"
)
_FORBIDDEN: tuple[tuple[str, type[NotSentError], str | None, str], ...] = (
    (_DEAD, AuthenticationError, None, "the token was refused: it is broken, or was renewed elsewhere"),
    ("insufficient_scope", PermissionDeniedError, "insufficient_scope", _LACKS_SCOPE),
    ("business associate agreement", PermissionDeniedError, "baa", _LACKS_BAA),
)
"""What a 403 is about: its words, the error, its code where that is not the status, and the fix."""


@frozen
class _Body:
    """What an error body says."""

    texts: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The fields that were refused, with what is wrong with each."""
    contact_id: str | None = None
    """The contact that prevents a new one."""
    shows_message: bool = False
    """Whether it has a message's own id beside the refusal, and does not say that this failed."""

    @property
    def words(self) -> str:
        """The beginning of what it says, as it is searched."""
        return searchable(" ".join((*self.texts, *(text for texts in self.fields.values() for text in texts))))

    @property
    def quoted(self) -> str:
        """Everything it says, on one line, for an error."""
        of_fields = (f"{name}: {' '.join(texts)}" for name, texts in self.fields.items())
        said = "; ".join(of_fields) if self.fields else " ".join(self.texts)
        return " ".join(said.split())[:MAX_QUOTED]


def explained(request: Request, answer: Answer) -> ProviderError | None:
    """Return what an answer outside 2xx means, or None to have its status speak."""
    body, code = _read(answer), str(answer.status)
    match answer.status:
        case 401:
            said = f": {body.quoted}" if body.quoted else ""
            return AuthenticationError(f"the token was refused; renew it or check it in the settings{said}", code=code)
        case 403:
            return _forbidden(request, body, code)
        case 429 if "retry-after" not in answer.headers:
            reason = f"over 60 requests a minute, so everything is blocked for {BLOCK:.0f} s; lower the rate"
            return RateLimitedError(reason, code=code, retry_after=BLOCK)
        case 400 | 409 | 422 if body.contact_id and request.path in _OF_A_CONTACT:
            conflict = ConflictError(f"contact {body.contact_id} has this number already", code=code)
            conflict.existing_id = body.contact_id
            return conflict
        case 400 | 422 if body.quoted:
            return _refused(request, body, code)
    return None


def error_text(answer: Answer) -> str:
    """Return what an error says, "" where it says nothing."""
    return _read(answer).quoted


def failed(reason: str | None, *, message_id: str) -> ProviderError:
    """Return the refusal in a 2xx whose message has the status "failed"."""
    said = " ".join((reason or "no reason given")[:MOST_READ].split())[:MAX_QUOTED]
    return refusal_kind(said, _WORDS)(f"the vendor says the message failed: {said}", message_id=message_id)


def error_within(answer: Answer) -> str | None:
    """Return the words of an error in a 2xx, or None; `message` alone is none.

    An error in a form without words, and a `success` that is false, are errors, too (PRESUMED).
    """
    body = answer.raw()
    found = [value for name in ("error", "errors") if (value := body.get(name))]
    said = " ".join(" ".join(text for value in found for text in _all_texts(value)).split())[:MAX_QUOTED]
    if said or found:
        return said or "no readable text"
    return "it says that it did not succeed" if str(body.get("success"))[:20].lower() in {"0", "false"} else None


def token_refused(answer: Answer) -> bool:
    """Whether an answer outside 2xx refuses the token itself, not what was asked with it.

    A token that was renewed is answered 403 with words of the vendor's gateway (seen by one operator).
    """
    return answer.status == 401 or (answer.status == 403 and bool(re.search(_DEAD, _read(answer).words)))


def _forbidden(request: Request, body: _Body, code: str) -> ProviderError | None:
    for words, kind, own_code, reason in _FORBIDDEN:
        if re.search(words, body.words):
            return kind(reason.format(scope=scope_for(request), request=request), code=own_code or code)
    if body.quoted:
        return PermissionDeniedError(f"the account is not allowed to do this: {body.quoted} ({request})", code=code)
    return None


def scope_for(request: Request) -> str:
    """Return the scope that a request needs: the family is the first word of its path (guide)."""
    family = request.path.partition("/")[0]
    if request.path.startswith("contacts/") and request.path.endswith("/conversations"):
        family = "conversations"
    return f"{family}:{'read' if request.method == 'GET' else 'write'}"


def _refused(request: Request, body: _Body, code: str) -> ProviderError:
    names = {re.split(r"[.\[]", name)[0] for name in body.fields}
    reason = f"the vendor refused {request}: {body.quoted}"
    if request.effect is Effect.SENDS and body.shows_message:
        return UnknownOutcomeError(f"{reason}; the same answer shows a message, so it may have been sent", code=code)
    if names & _OF_THE_SETTINGS:
        return RejectedError(f"{reason}; check team_id and number_id in the settings", code=code, scope=Scope.ACCOUNT)
    if request.effect is not Effect.SENDS and re.search(r"already (exists|been taken)", body.words):
        return ConflictError(reason, code=code)  # Laravel's words; "exists" is PRESUMED
    if request.effect is Effect.SENDS or request.path == "contacts":
        kind = InvalidRecipientError if names & _OF_THE_RECIPIENT else refusal_kind(body.words, _WORDS)
        if kind is not RejectedError or request.effect is Effect.SENDS:
            return kind(reason, code=code)
    return ProviderError(reason, code=code)


def _read(answer: Answer) -> _Body:
    body = answer.read_or_none(object)
    if not isinstance(body, dict):
        return _Body(tuple(_texts(body)))
    body = {str(name).lower(): value for name, value in body.items()}  # the gateway in front says "Message"
    errors = body.get("errors")
    fields = {str(name): tuple(_texts(texts)) for name, texts in errors.items()} if isinstance(errors, dict) else {}
    rest = () if isinstance(errors, dict) else _texts(errors)
    texts = (*_texts(body.get("message")), *_texts(body.get("error")), *rest)
    return _Body(texts, fields, _contact_id(body), _shows_message(body))


def _shows_message(body: Mapping[str, object]) -> bool:
    inner = body.get("data")
    message = inner if isinstance(inner, Mapping) else body
    return bool(message.get("id") and message.get("conversation_id")) and message.get("status") != FAILED


def _texts(value: object) -> Iterator[str]:
    """Give each text of a text or a list of texts."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and (said := text[:MOST_READ].strip()):
            yield said


def _all_texts(value: object) -> Iterator[str]:
    """Give the texts of an error in whichever form: text, list, or lists by field."""
    for part in value.values() if isinstance(value, dict) else [value]:
        yield from _texts(part)


def _contact_id(body: Mapping[str, object]) -> str | None:
    """Return the contact that a duplicate's refusal names: a number, or a list of them (seen by clients)."""
    for place in (body, body.get("errors"), body.get("data")):
        named = place.get("contact_id") if isinstance(place, Mapping) else None
        named = named[0] if isinstance(named, list) and named else named
        if isinstance(named, int | str) and not isinstance(named, bool) and str(named).isdigit():
            return str(named)
    return None
