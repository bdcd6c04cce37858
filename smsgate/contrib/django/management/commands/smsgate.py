"""``manage.py smsgate``: what the command line does, with the project's settings, gateway and signals.

Exit codes: 0 done; 1 refused or not sent; 2 settings; 3 outcome unknown; 4 sent, but the output cannot be written;
130 interrupted.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smsgate.contrib.django.gateways import current
from smsgate.contrib.django.project_config import read_config
from smsgate.contrib.django.signals import send_event
from smsgate.contrib.django.test_runner import running_test
from smsgate.doctor import Finding, FindingState, examine
from smsgate.model.errors import ConfigError, SmsgateError, UnknownOutcomeError, UnsupportedError
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT

__all__ = ["Command"]

_LOG = logging.getLogger("smsgate.event")

REFUSED, USAGE, UNKNOWN, UNWRITTEN, INTERRUPTED = 1, 2, 3, 4, 130
LONGEST = 86_400
"""Seconds between two passes."""
PAUSE = 60.0
"""Seconds; a message is not asked for more often, unless passes come more often."""


class Command(BaseCommand):  # type: ignore[misc] # Django has no types
    """Send a message, poll for what comes back, or check the installation."""

    help = "Send text messages, poll for delivery reports and replies, and check all that, with the settings SMSGATE."
    requires_system_checks = ()
    """Errors in the settings are shown as `smsgate` shows them, with its exit code."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `send`, `poll` and `doctor`."""
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        send = commands.add_parser("send", help="Send one message and show whether a vendor accepted it.")
        send.add_argument("to", metavar="TO", help="The recipient, such as +27821234567.")
        send.add_argument("text", metavar="TEXT", help="The text of the message.")
        send.add_argument("--key", help="The message's key: what was sent with it is not sent again.")
        poll = commands.add_parser("poll", help="Poll for delivery reports and replies; send the signals of new ones.")
        poll.add_argument(
            "--every", type=float, metavar="SECONDS", help="Poll again after so many seconds, at least 1."
        )
        poll.add_argument("--provider", metavar="NAME", help="Poll only this provider.")
        doctor = commands.add_parser("doctor", help="Check accounts, journal and webhooks; nothing is sent or changed.")
        doctor.add_argument("--provider", metavar="NAME", help="Check only this provider.")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as Django calls it
        """Run one of them."""
        with _exit_codes():
            match options["command"]:
                case "send":
                    self._send(options["to"], options["text"], options["key"])
                case "poll":
                    self._poll(options["provider"], options["every"])
                case "doctor":
                    self._examine(options["provider"])

    def _send(self, to: str, text: str, key: str | None) -> None:
        gateway = current.get()
        message = gateway.message(to, text, key=key)
        try:
            result = gateway.send(message)
        except KeyboardInterrupt:
            raise UnknownOutcomeError(f"interrupted; {MAY_HAVE_BEEN_SENT}") from None
        said = f"{result.outcome.value} by {result.provider}, id {result.message_id}, segments {result.segments}"
        if result.held_until is not None:
            said = f"held until {result.held_until:%Y-%m-%d %H:%M} UTC; `smsgate work` sends it then"
        self._say(said, sent=f"; do not send again, it was {said}")

    def _poll(self, provider: str | None, every: float | None) -> None:
        if every is not None and not 1 <= every <= LONGEST:
            raise ConfigError(f"--every must be 1 to {LONGEST:,} seconds, got {every:g}")
        pause = timedelta(seconds=min(PAUSE, every or PAUSE))
        if every is None:
            self._pass(provider, pause)
        while every is not None:
            self._try_pass(provider, pause)
            time.sleep(every)

    def _try_pass(self, provider: str | None, pause: timedelta) -> None:
        """Poll once; what fails, unless it is the settings, is written: it may work the next time."""
        try:
            self._pass(provider, pause)
        except (CommandError, ConfigError, UnsupportedError):
            raise
        except SmsgateError as error:
            self.stderr.write(_lines(error))
        except Exception:  # noqa: BLE001 - whatever the project's receivers raise
            _LOG.exception("a receiver of an event failed; the next pass gives it the event again")

    def _pass(self, provider: str | None, pause: timedelta) -> None:
        """Send the signals of one pass; an event whose receiver fails is given again by a later one."""
        gateway, count = current.get(), 0
        with closing(gateway.poll(provider=provider, pause=pause)) as events:
            for event in events:
                send_event(gateway, event)
                count += 1
        self._say(f"{count} new")

    def _examine(self, provider: str | None) -> None:
        if running_test():
            raise UnsupportedError("doctor asks the vendors, which no test does")
        problems = []
        for finding in examine(read_config, provider=provider):
            self._show(finding)
            problems += [finding] if finding.state is FindingState.PROBLEM else []
        if problems:
            code = USAGE if any(finding.is_of_settings for finding in problems) else REFUSED
            raise CommandError(f"problems: {len(problems)}", returncode=code)

    def _show(self, finding: Finding) -> None:
        """Write a line, and one for the fix; what an adapter presumes only where it is not so."""
        if finding.check == "presumed" and finding.state in {FindingState.OK, FindingState.NOT_CHECKED}:
            return
        styles = {FindingState.PROBLEM: self.style.ERROR, FindingState.WARNING: self.style.WARNING}
        styled = styles.get(finding.state, str)
        check = "" if finding.check == finding.subject else f"{finding.check}: "
        self._say(f"{styled(finding.state.replace('_', ' '))}  {finding.subject}: {check}{finding.text}")
        if finding.fix:
            self._say(f"  fix: {finding.fix}")

    def _say(self, line: str, sent: str = "") -> None:
        """Write a line; a reader that has gone changes nothing, and a full disk does not make a message not sent."""
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except UnicodeEncodeError:
            self._say(line.encode("ascii", "backslashreplace").decode(), sent)
        except OSError as error:
            with suppress(OSError):  # what is not written yet would fail again as the process ends
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
            if not isinstance(error, BrokenPipeError):
                what = f"the result cannot be written: {error.strerror}{sent}"
                raise CommandError(what, returncode=UNWRITTEN if sent else REFUSED) from None


@contextmanager
def _exit_codes() -> Iterator[None]:
    try:
        yield
    except SmsgateError as error:
        raise CommandError(_lines(error), returncode=_exit_code(error)) from None
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        current.close()


def _exit_code(error: SmsgateError) -> int:
    if isinstance(error, ConfigError | UnsupportedError):
        return USAGE
    return UNKNOWN if isinstance(error, UnknownOutcomeError) else REFUSED


def _lines(error: SmsgateError) -> str:
    """Return a line for each problem."""
    said = error.problems if isinstance(error, ConfigError) else (str(error), *getattr(error, "__notes__", ()))
    return "\n".join(said)
