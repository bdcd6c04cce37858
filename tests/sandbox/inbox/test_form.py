from __future__ import annotations

import pytest
import requests

from smsgate.sandbox import Sandbox
from tests.sandbox.conftest import Ask

FORMS = ["/phones/+27821234567/replies", "/texts/1/ends", "/vendors/zoomconnect/faults", "/vendors/zoomconnect/ends"]


@pytest.mark.parametrize("path", [*FORMS, "/vendors/zoomconnect/callbacks"])
@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=nothing",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
    ],
)
def test_a_body_that_is_no_form_is_refused_with_a_page(
    sandbox: Sandbox, send: Ask, session: requests.Session, path: str, content_type: str
) -> None:
    send()
    root = f"http://127.0.0.1:{sandbox.port}"
    headers = {"Origin": root, "Content-Type": content_type}
    answer = session.post(root + path, data=b"\xff{", headers=headers, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/html; charset=utf-8")


def test_a_file_in_the_place_of_a_field_is_no_field(sandbox: Sandbox, session: requests.Session) -> None:
    root = f"http://127.0.0.1:{sandbox.port}"
    files = {"fault": ("html", b"html")}
    answer = session.post(f"{root}/vendors/zoomconnect/faults", files=files, headers={"Origin": root}, timeout=10)
    assert "is not a valid Fault" in answer.text
