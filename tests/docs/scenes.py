"""What was there before the commands of a how-to page are typed: settings, a journal, texts at the vendors.

Each function of `SCENES` prepares the folder of one page, which is one of docs/how-to or has its path.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgate import Consent, Message
from smsgate.sandbox import DeliveryOutcome
from tests.command_process import run_command
from tests.docs import scenes_elsewhere, scenes_of_servers, scenes_of_tests
from tests.docs.at_terminal import AtTerminal
from tests.docs.scene import PERSON, Scene, lose_an_answer, rows
from tests.docs.scenes_at_terminal import count_segments, receive_replies_and_reports, start
from tests.docs.scenes_of_accounts import audit, check_an_installation, rotate_tokens
from tests.docs.terminal import until


def night() -> dict[str, str]:
    """Return quiet hours that end soon where the recipient is: so soon that no vendor is asked to wait for it."""
    now = datetime.now(ZoneInfo("Africa/Johannesburg"))
    begins, ends = now - timedelta(hours=3), now + timedelta(minutes=15)
    return {"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}", "then": "schedule"}


def back_up(scene: Scene) -> None:
    scene.settings()
    scene.send(Message(PERSON, "Hello"))
    (scene.folder / "backups").mkdir()
    scene.places["/backups/"] = "backups/"


def consent_and_evidence(scene: Scene) -> None:
    scene.settings(providers={"zoom": scene.account("zoom") | {"prices": {"unit": "ZAR", "+27": "0.21"}}})
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    consent = Consent("Yes, text me offers.", version="offers-3", at=at, source="https://shop.example/join")
    with scene.gateway() as gateway:
        gateway.consents.record(PERSON, consent)
        gateway.send(Message(PERSON, "This week: apples"))
    scene.sandbox.advance(timedelta(minutes=1))
    scene.send()
    scene.write("stops.csv", rows("number,since,provider,word", f"{PERSON},{datetime.now(UTC).isoformat()},zoom,STOP"))
    assert run_command("opt-outs", "import", "stops.csv", cwd=scene.folder).returncode == 0
    scene.send(*[Message(PERSON, "This week: pears")] * 4)


def erase_a_person(scene: Scene) -> None:
    scene.settings(quiet_hours=night())
    with scene.gateway() as gateway:
        held = gateway.send(Message(PERSON, "The shop opens at 9", key="held"))
        assert held.held_until
        [entry] = gateway.held.list()
    scene.settings()
    scene.send(*(Message(PERSON, f"Your code is 471{each}") for each in range(2)))
    with scene.gateway() as gateway:
        gateway.enqueue([Message("+27821234568", "Hello")], run="spring")
    scene.places |= {"ID": f"{entry.id} --yes", "NAME": "spring --yes"}


def find_out_why(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    down = scene.account("zoom", base_url=nowhere)
    bulk = scene.account("bulk") | {"prices": {"unit": "ZAR", "+27": "0.21"}}
    scene.settings(route=["zoom", "bulk"], providers={"zoom": down, "bulk": bulk})
    scene.sandbox.end_texts("bulksms", DeliveryOutcome.FAILED)
    with scene.gateway() as gateway:
        [*gateway.send_bulk([Message(PERSON, "Your order 17 is there.", key="order-17")], run="spring")]
    scene.sandbox.advance(timedelta(minutes=1))
    scene.send(asks="bulk")


def import_opt_outs(scene: Scene) -> None:
    scene.settings("zoom", "bulk")
    stops = ("082 123 4567,2026-11-01,STOP", "+27 83 000 0001,2026-10-12T08:30:00Z,", "12,,")
    scene.write("stops.csv", rows("number,since,word", *stops))


def keep_the_journal_small(scene: Scene) -> None:
    scene.settings(journal={"path": "smsgate.db", "keep": "90d", "keep_text": "7d"})
    with scene.gateway() as gateway:
        message = Message(PERSON, "Hello", key="order-17", reference="A-1")
        [result] = gateway.send_bulk([message], run="spring")
        [entry] = gateway.journal.find(to=PERSON)
    scene.places |= {"8124": str(result.message_id), "4711": str(entry.id)}


def limit_spending(scene: Scene) -> None:
    otp = {"per": "1h", "max": 5, "by": "recipient", "for": {"campaigns": ["otp"]}}
    spend = {"per": "month", "zone": "Europe/Berlin", "max": "250.00 EUR"}
    zoom = scene.account("zoom") | {"prices": {"unit": "EUR", "+27": "0.21"}}
    scene.settings(providers={"zoom": zoom}, budgets={"otp": otp, "spend": spend})
    scene.send(*(Message(PERSON, f"Your code is 471{each}", campaign="otp") for each in range(5)))


def opt_outs(scene: Scene) -> None:
    scene.settings("zoom", "bulk", "tel")
    scene.write("stops.csv", rows("number", *(f"082123456{n}" for n in range(5)), "2.78212E+10"))


def poll(scene: Scene) -> None:
    scene.settings()
    with scene.gateway() as gateway:
        result = gateway.send(Message(PERSON, "Coming at nine?"))
    scene.sandbox.receive("zoomconnect", PERSON, "Yes please")
    scene.sandbox.receive("zoomconnect", "+27831234567", "Stop!")
    scene.sandbox.advance(timedelta(minutes=1))  # it is delivered
    scene.places["6b026362887e0da63b000001"] = str(result.message_id)
    again = "smsgate poll --every 60 --json >> events.jsonl"
    scene.before[again] = lambda: scene.sandbox.receive("zoomconnect", PERSON, "And you?")
    scene.meanwhile[again] = poll_until_it_comes


def poll_until_it_comes(command: AtTerminal) -> None:
    command.until('"And you?"')
    command.press_ctrl_c()


def quiet_hours(scene: Scene) -> None:
    scene.settings(quiet_hours=night())
    with scene.gateway() as gateway:
        gateway.send(Message(PERSON, "The shop opens at 9"))
        [entry] = gateway.held.list()
    scene.places["17"] = f"{entry.id} --yes"


def quote_a_campaign(scene: Scene) -> None:
    mine = {"adapter": "memory", "prices": {"unit": "USD", "+27": "0.02", "+1": "0.01"}}
    scene.settings(providers={"mine": mine})
    texts = ("082 123 4567,The shop opens at 9", "+16502530000,The shop opens at 9", "none,Hello")
    scene.write("campaign.csv", rows("to,text", *texts))


def campaign(scene: Scene) -> None:
    scene.settings()
    scene.places |= {
        "--column to=mobile": "--column to=mobile --yes",
        '--run "opening hours"': "--run 'opening hours' --yes",
    }
    scene.places["run cancel campaign.csv"] = "run cancel campaign.csv --yes"
    scene.write("campaign.csv", rows("mobile,to,first_name", *(f"082123456{n},082123456{n},Ada" for n in range(3))))
    scene.write("customers.csv", rows("phone,name", "0821234567,Ada"))


def send_runs_on_a_queue(scene: Scene) -> None:
    def work(command: AtTerminal) -> None:
        until(lambda: len(scene.sandbox.texts) == 3, "the texts of the file are sent")
        command.press_ctrl_c()

    campaign(scene)
    scene.meanwhile["smsgate work"] = work


def send_in_bulk(scene: Scene) -> None:
    campaign(scene)
    lost = lambda: scene.places.update({"17": lose_an_answer(scene)})  # noqa: E731 - the least that says it
    scene.before["smsgate unknown resolve 17 --not-sent"] = lost


def report_on_a_run(scene: Scene) -> None:
    """Have a run with each end; the page has a thousand messages, and 18 minutes."""
    scene.settings(providers={"zoom": scene.account("zoom") | {"prices": {"unit": "ZAR", "+27": "0.21"}}})
    refused, lost = "+27820000400", "+27820001002"
    others = (
        "+27820002001",
        "+27820002005",
        "+447400123456",
        "+447400123457",
    )  # fails, stays sent, have no price
    with scene.gateway() as gateway:
        [*gateway.send_bulk([Message(lost, "Hello")], run="spring")]
        people = [f"+2782123456{n}" for n in range(8)]
        [*gateway.send_bulk([Message(to, "Hello") for to in (*people, refused, *others)], run="spring")]
    scene.sandbox.advance(timedelta(minutes=1))
    scene.send()
    scene.age(timedelta(minutes=18, seconds=12), refused)


def swap_a_vendor(scene: Scene) -> None:
    def both() -> None:
        scene.settings("zoom", "bulk", route=["bulk", "zoom"])

    def without_the_old() -> None:
        scene.places["4"] = lose_an_answer(scene)
        scene.settings("bulk")

    scene.settings("zoom", "bulk", route=["zoom"])
    scene.before |= {"python shop.py": both, "smsgate unknown reconcile 4": without_the_old}


SCENES: Mapping[str, Callable[[Scene], None]] = {
    "audit": audit,
    "back-up": back_up,
    "check-an-installation": check_an_installation,
    "consent-and-evidence": consent_and_evidence,
    "count-segments": count_segments,
    "erase-a-person": erase_a_person,
    "fetch-prices": lambda scene: scene.settings("twilio"),
    "find-out-why": find_out_why,
    "import-opt-outs": import_opt_outs,
    "keep-the-journal-small": keep_the_journal_small,
    "limit-spending": limit_spending,
    "migrate-a-hand-written-loop": campaign,
    "opt-outs": opt_outs,
    "poll": poll,
    "quiet-hours": quiet_hours,
    "quote-a-campaign": quote_a_campaign,
    "receive-replies-and-reports": receive_replies_and_reports,
    "report-on-a-run": report_on_a_run,
    "rotate-secrets": lambda scene: scene.settings("zoom", "bulk"),
    "rotate-tokens": rotate_tokens,
    "route-messages": lambda scene: scene.settings(),
    "send-in-bulk": send_in_bulk,
    "send-media": lambda scene: scene.settings("twilio"),
    "send-runs-on-a-queue": send_runs_on_a_queue,
    "start": start,
    "swap-a-vendor": swap_a_vendor,
    **scenes_elsewhere.SCENES,
    **scenes_of_servers.SCENES,
    **scenes_of_tests.SCENES,
}
