"""Where an account's rate is kept."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from smsgate import FilePaceStore
from smsgate.doctor import Finding, FindingState
from smsgate.doctor.pace import examine_pace
from smsgate.doctor.subject import Subject
from smsgate.sandbox import Sandbox
from tests.doctor.installation import found, settings_of
from tests.plain_adapter import Bare, Plain
from tests.valkey_server import running_valkey


def pace(sandbox: Sandbox, folder: Path, **account: object) -> Finding:
    findings = found(settings_of(sandbox, "zoomconnect", folder, **account))
    [credentials] = [each for each in findings if each.check == "credentials"]
    assert credentials.state is FindingState.OK, "the vendor is asked whatever the store is like"
    [finding] = [each for each in findings if each.check == "pace"]
    return finding


def test_a_file_that_is_not_there_is_not_made(sandbox: Sandbox, tmp_path: Path) -> None:
    finding = pace(sandbox, tmp_path, pacing_file=str(tmp_path / "pace.db"), rate="600/min")
    assert finding.state is FindingState.OK
    assert "rate 600/min" in finding.text
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_none_of_ours_is_a_problem(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "pace.db"
    file.write_text("This is no database. " * 100, encoding="utf-8")
    finding = pace(sandbox, tmp_path, pacing_file=str(file))
    assert finding.state is FindingState.PROBLEM
    assert "cannot be read (DatabaseError)" in finding.text


def test_a_folder_that_may_not_be_looked_into_is_a_problem_with_a_fix(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0)
    adapter = Plain(Bare(base_url="http://127.0.0.1", pace_store=str(private / "pace.db")), provider="main")
    user = os.getuid()
    with suppress(PermissionError):  # the superuser may look into every folder
        os.setresuid(65534, 65534, user)
    try:
        finding, _ = examine_pace(Subject("provider main"), adapter)
    finally:
        os.setresuid(user, user, user)
    assert finding.state is FindingState.PROBLEM
    assert finding.text == f"the folder of {private / 'pace.db'} is not writable"


def test_an_account_that_the_vendor_blocks_is_named_with_its_time(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "pace.db"
    FilePaceStore(file).block("zoomconnect/main", 3000)
    findings = found(settings_of(sandbox, "zoomconnect", tmp_path, pacing_file=str(file)))
    finding = next(each for each in findings if each.check == "pace")
    assert finding.state is FindingState.WARNING
    assert re.search(r"blocked for (29\d\d|3000) s more", finding.text)


def test_a_server_that_answers_is_well(sandbox: Sandbox, tmp_path: Path) -> None:
    with running_valkey() as valkey:
        finding = pace(sandbox, tmp_path, pace_store=valkey.url, rate="600/min")
    assert finding.state is FindingState.OK
    assert valkey.url in finding.text
