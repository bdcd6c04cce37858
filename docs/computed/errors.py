"""The page of errors: what each means, how a send ends with it, and what to do."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import smsgate
from docs.computed.api import ERRORS, links_from, names_of
from docs.computed.described import anchor, described_as
from docs.computed.prose import prose
from docs.computed.tables import table
from smsgate import SmsgateError
from smsgate.model import errors

ACTIONS = {
    "SmsgateError": "Catch it last; `error.result` shows what became of the message, where it ended a send.",
    "ConfigError": "Correct the settings: `smsgate config check` names every error and a fix.",
    "RefusedError": "Do not send the same message again; correct it first.",
    "InvalidMessageError": "Correct the message: the text of the error says what is wrong, with which value.",
    "BudgetExceededError": "Send after `frees_at`, or raise the budget.",
    "PlanError": "Make a new plan and show it again.",
    "PlanExpiredError": "Make a new plan, or one with a longer `valid_for`.",
    "PlanChangedError": "Make a new plan; the text of the error says what has changed.",
    "PumpingError": "Look at who asks for codes; allow the number's country or change `rule` if it is a person.",
    "QuietHoursError": "Send after `allowed_at`, mark the message `urgent`, or let the settings keep it until then.",
    "RejectedError": "Read `code` and `reason`; correct the message. Another provider may take it.",
    "ConflictError": "Use another key, or read what is there under `existing_id`.",
    "UnsupportedError": "Ask a provider that has it: [what each vendor can do](capabilities.md).",
    "JournalError": "Repair the journal (disk, database); nothing was sent without it. `smsgate journal check`.",
    "WebhookError": "Check the secret and the address that the vendor calls: `smsgate doctor`.",
    "ProviderError": "See its subclass; `provider`, `code`, `scope` and `retry_after` say more.",
    "NotSentError": "Send again, now or later: no text is out.",
    "UnreachableError": "Check the network, the proxy and `base_url`; send again.",
    "RateLimitedError": "Send again after `retry_after` seconds, or set `rate` to what the account may.",
    "AuthenticationError": "Correct the credentials; `smsgate doctor` tries them.",
    "PermissionDeniedError": "Let the vendor allow it to the account.",
    "InsufficientCreditError": "Buy credit; `smsgate balance` shows it.",
    "InvalidRecipientError": "Check the number; do not send to it again as it is.",
    "OptedOutError": "Do not text this person; remove the number from your lists.",
    "InvalidSenderError": "Choose a sender that the vendor has approved for the account.",
    "UnknownOutcomeError": "Do not send it again before you know: `smsgate unknown list`, then `reconcile`.",
    "NotFoundError": "Check the id, and the provider it belongs to.",
    "MalformedAnswerError": "Look at the vendor's answer with `--verbose`; report it to the adapter's author.",
}
"""What to do about each error."""

HEAD = """# Errors

Everything that smsgate raises on purpose is a `SmsgateError`: one line, without a secret, which says what was wrong and
how to fix it. Computed from the classes by `make docs`.

"""


def page() -> str:
    """Return the page."""
    links = links_from(ERRORS.page)
    found = {name: value for name, value in names_of(ERRORS).items() if _is_error(value)}
    others = {name: value for name, value in names_of(ERRORS).items() if name not in found}
    rows = [_row(name, kind) for name, kind in _in_order(found)]
    parts = [HEAD, table(["error", "a send ends", "next provider", "what to do"], rows), "\n", _tree(links), "\n"]
    parts += [_described(name, value, links) for name, value in _in_order(found)]
    parts += ["\n" + described_as(name, value, links) for name, value in others.items()]
    return "".join(parts)


def _described(name: str, kind: type[SmsgateError], links: dict[str, str]) -> str:
    return f"\n{described_as(name, kind, links)}\n**What to do.** {ACTIONS[name]}\n"


def _row(name: str, kind: type[SmsgateError]) -> list[str]:
    goes_on = kind.fails_over if isinstance(kind.fails_over, bool) else "by its scope"
    words = {True: "is asked", False: "-"}.get(goes_on, str(goes_on))  # type: ignore[call-overload]
    return [name, f"[{kind.outcome.value.replace('_', ' ')}](#{anchor(name)})", words, ACTIONS[name]]


def _tree(links: dict[str, str]) -> str:
    """Return the tree as the module of errors draws it, with the paragraphs below it."""
    text = inspect.cleandoc(errors.__doc__ or "")
    _, _, after = text.partition("::\n\n")
    tree, _, rest = after.partition("\n\n")
    return f"## Which is which\n\n```text\n{inspect.cleandoc(tree)}\n```\n\n{prose(rest, links)}\n"


def _in_order(found: dict[str, type[SmsgateError]]) -> Iterator[tuple[str, type[SmsgateError]]]:
    """Give the errors as they are defined, bases first."""
    return iter(sorted(found.items(), key=lambda item: [*ACTIONS].index(item[0]) if item[0] in ACTIONS else 99))


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, smsgate.SmsgateError)
