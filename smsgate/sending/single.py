"""Sends one message, or one plan, from the call to its result."""

from __future__ import annotations

from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.event import OptOut, Reply
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.routing.plan import Plan
from smsgate.sending.ended import result_or_error
from smsgate.sending.failure import not_begun
from smsgate.sending.send import Sender

__all__ = ["send_single"]


async def send_single(  # noqa: PLR0913 - those of `AsyncGateway.send`
    sender: Sender,
    given: Message | Plan,
    provider: str | None,
    *,
    deadline: float | None,
    dry_run: bool,
    confirms: OptOut | None,
    answers: Reply | None = None,
) -> SendResult:
    """Send what was given; see `AsyncGateway.send`.

    What `answers` a reply that asks for help goes to its sender whether or not that person opted out.
    """
    plan = given if isinstance(given, Plan) else None
    message = given.message if isinstance(given, Plan) else given
    if not isinstance(message, Message):
        raise TypeError(f"send takes a Message or a Plan, got {type(given).__name__}")
    if plan is not None and provider is not None:
        raise TypeError("a plan names its providers; give provider to plan() instead")
    try:
        prepared = await sender.prepare(
            message, provider, deadline=deadline, rehearsal=dry_run, confirms=confirms, answers=answers, plan=plan
        )
    except (InvalidMessageError, ConfigError) as error:
        return result_or_error(not_begun(message, error) if dry_run else sender.refused(message, error))
    return result_or_error(await (sender.rehearse(prepared) if dry_run else sender.send(prepared)))
