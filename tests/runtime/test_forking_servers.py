"""A gateway that was made and used before its server forked its workers works in each of them."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from smsgate.sandbox import Sandbox
from tests.runtime.message_check import Line, check, check_journal, read

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds for everything that a server has to do; on an idle machine it takes a few."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture(params=[True, False], ids=["with a journal", "without a journal"])
def settings(request: pytest.FixtureRequest, vendor: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    settings: dict[str, Any] = {"providers": {"zoom": {"adapter": "zoomconnect", "read_timeout": 10, **vendor}}}
    if request.param:
        settings["journal"] = {"path": str(tmp_path / "journal.db"), "patience": 20}
    return settings


@contextmanager
def running(
    order: Sequence[str], settings: dict[str, Any], folder: Path, **how: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server; end it as its operator would, and show where it waits if it does not end."""
    environment = {**os.environ, "FORKING_SETTINGS": json.dumps(settings), "FORKING_FOLDER": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", *order],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            **how,
        )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            may_hang = order[0] == "celery"  # its pool was seen to wait for itself
            code, said = ended(process), (folder / "log").read_text(encoding="utf-8")
            assert code == 0 or (may_hang and code is None and not waits_for_us(said)), said
        finally:
            process.kill()
            process.wait()


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for a server; one that does not end is aborted with its workers, each of which writes its stacks."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
        for worker in (*map(int, found.stdout.split()), process.pid):
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGABRT)
        process.wait()
        return None


def waits_for_us(log: str) -> bool:
    """Say whether smsgate is on a stack of Celery's pool, or there is no stack; else the pool waits for itself."""
    stacks = log.partition("Fatal Python error")[2].split("hread 0x")
    return not stacks[1:] or any(str(ROOT / "smsgate") in stack and "billiard" in stack for stack in stacks)


POOL, OURS, PYTHON = f'File "{ROOT}/.venv/billiard/pool.py"', f'File "{ROOT}/smsgate/fork.py"', 'File "threading.py"'


@pytest.mark.parametrize(
    ("stacks", "for_us"),
    [([f"{POOL}\n{PYTHON}"], False), ([f"{OURS}\n{POOL}"], True), ([f"{OURS}\n{PYTHON}", POOL], False), ([], True)],
    ids=["the pool for itself", "the pool for us", "our own thread", "no stack"],
)
def test_stacks_show_whether_a_pool_waits_for_smsgate_or_for_itself(stacks: list[str], *, for_us: bool) -> None:
    aborted = "Fatal Python error: Aborted\n\n" if stacks else ""
    assert (
        waits_for_us(aborted + "".join(f"Thread 0x{each:x}:\n{stack}\n" for each, stack in enumerate(stacks))) is for_us
    )


def copies(settings: dict[str, Any], texts: Sequence[str], seed: int) -> list[str]:
    """Return the texts in a chance order; twice each where a journal knows them by their keys."""
    wanted = [*texts, *texts] if "journal" in settings else [*texts]
    random.Random(seed).shuffle(wanted)
    return wanted


def check_all(lines: Sequence[Line], settings: dict[str, Any], sandbox: Sandbox, texts: Sequence[str]) -> None:
    """Check what every process said, that of the server before it forked too."""
    check(lines, sandbox)
    assert {*texts} <= {line["text"] for line in lines}
    assert len({line["by"] for line in lines}) > 3, "workers were forked more than once"
    if "journal" in settings:
        check_journal(Path(settings["journal"]["path"]), settings, lines)


@pytest.mark.slow
@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_gunicorn_forks_workers_from_an_application_that_it_loaded_before(
    worker: str, settings: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    texts = [f"{each} by {worker}" for each in range(30)]
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        listening.set_inheritable(True)
        order = [
            "gunicorn",
            "tests.runtime.wsgi_application:application",
            "--preload",
            "--workers=3",
            "--max-requests=7",
        ]
        order += [f"--worker-class={worker}", "--threads=4", f"--bind=fd://{listening.fileno()}"]
        with running(order, settings, tmp_path, pass_fds=[listening.fileno()]), ThreadPoolExecutor(6) as pool:
            port = listening.getsockname()[1]
            before = get(port, "")
            lines = [*pool.map(lambda text: get(port, text), copies(settings, texts, seed=1))]
    check_all([before, *lines], settings, sandbox, texts)


def get(port: int, text: str) -> Line:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", f"/{quote(text)}")
        said: Line = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return said


@pytest.mark.slow
def test_a_celery_worker_forks_its_pool_from_a_module_that_it_imported_before(
    settings: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    texts = [f"{each} by celery" for each in range(15)]
    wanted = copies(settings, texts, seed=2)
    (tmp_path / "queue").mkdir()
    order = [
        "celery",
        "--app=tests.runtime.celery_tasks",
        "worker",
        "--include=tests.runtime.preloaded_gateway",
        "--pool=prefork",
    ]
    order += ["--concurrency=3", "--max-tasks-per-child=5", "--without-gossip", "--without-mingle", "--loglevel=info"]
    queue = [sys.executable, "-m", "tests.runtime.celery_tasks", *wanted]
    subprocess.run(queue, cwd=ROOT, env={**os.environ, "FORKING_FOLDER": str(tmp_path)}, check=True, timeout=PATIENCE)
    report, ends = tmp_path / "report", time.monotonic() + PATIENCE
    with running(order, settings, tmp_path):
        while time.monotonic() < ends and (not report.exists() or len(read(report)) < len(wanted)):
            time.sleep(0.05)
    lines = read(report)
    assert len(lines) >= len(wanted), (tmp_path / "log").read_text(encoding="utf-8")
    check_all([*lines, *before_the_fork(sandbox, lines)], settings, sandbox, texts)


@pytest.mark.slow
def test_a_fork_server_with_a_warm_gateway_gives_each_process_one_that_works(
    settings: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    report = tmp_path / "report"
    environment = {**os.environ, "FORKING_SETTINGS": json.dumps(settings)}
    order = [sys.executable, "-m", "tests.runtime.forkserver_processes", str(report), "8", "3"]
    order += ["repeated"] if "journal" in settings else []
    ended = subprocess.run(order, cwd=ROOT, env=environment, check=False, timeout=PATIENCE)
    lines = read(report)
    assert ended.returncode == 0, lines
    check_all([*lines, *before_the_fork(sandbox, lines)], settings, sandbox, [line["text"] for line in lines])


def before_the_fork(sandbox: Sandbox, lines: Sequence[Line]) -> list[Line]:
    """Return the line of what the server itself sent, which no report has."""
    known = {line.get("id") for line in lines}
    warm = [text for text in sandbox.texts if text.message_id not in known]
    return [
        {"text": text.text, "outcome": "accepted", "id": text.message_id, "asked": text.message_id, "by": 0}
        for text in warm
        if text.text.startswith("before the fork")
    ]
