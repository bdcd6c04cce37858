"""What a text may go out under, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import SenderKind, sender_kind
from smsgate.text.alphabet import BASIC, EXTENSION

NO_SENDER = (
    "is no sender; write a number of 7 to 15 digits without blanks, a short code of 3 to 8, or a name with a letter"
)
KINDS = {
    "+27821234567": SenderKind.NUMBER,
    "27821234567": SenderKind.NUMBER,
    "123456789012345": SenderKind.NUMBER,
    "1234567": SenderKind.NUMBER,
    "123": SenderKind.SHORT_CODE,
    "123456": SenderKind.SHORT_CODE,
    "ACME": SenderKind.NAME,
    "A": SenderKind.NAME,
    "4YOU": SenderKind.NAME,
    "Ω": SenderKind.NAME,
    "Café Olé 24": SenderKind.NAME,
    "[Acme] 24": SenderKind.NAME,
}
REFUSED = {
    "12": NO_SENDER,
    "1234567890123456": NO_SENDER,
    "+123456": NO_SENDER,
    "+1234567890123456": NO_SENDER,
    "+0123456789": NO_SENDER,
    "+27 82 123 4567": NO_SENDER,
    "082-123-4567": NO_SENDER,
    "٣٤٥٦٧": NO_SENDER,
    "!?": NO_SENDER,
    "": NO_SENDER,
    "ACME MESSAGE": "is too long for the name of a sender: 12 septets, at most 11; shorten it",
    "[Acme] 2468": "is too long for the name of a sender: 13 septets, at most 11; shorten it",
    "Acme✓ç": "is no name of a sender, as GSM-7 has no ✓ç; use letters, digits and spaces",
    "AC\nME": "has a character that cannot be shown; remove it",
}


@pytest.mark.parametrize(("sender", "kind"), KINDS.items())
def test_a_sender_is_a_number_a_short_code_or_a_name(sender: str, kind: SenderKind) -> None:
    assert sender_kind(sender) is kind


@pytest.mark.parametrize(("sender", "why"), REFUSED.items())
def test_anything_else_is_refused_with_the_fix(sender: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"sender|shown") as raised:
        sender_kind(sender)
    assert str(raised.value) == f"{sender!r} {why}"


def test_an_id_of_a_pool_is_a_sender_where_the_vendor_has_such() -> None:
    pool = f"MG{'0a' * 16}"
    assert sender_kind(pool, "MG[0-9a-f]{32}") is SenderKind.SERVICE
    for pattern, sender in ((None, pool), ("MG[0-9a-f]{32}", f"{pool}0"), ("MG[0-9a-f]{32}", pool.upper())):
        with pytest.raises(ValueError, match="too long"):
            sender_kind(sender, pattern)


@given(st.text(alphabet=[c for c in BASIC + "".join(EXTENSION.values()) if c.isprintable()], max_size=14))
def test_a_name_is_what_fits_an_address_of_eleven_septets(name: str) -> None:
    septets = sum(2 if character in EXTENSION.values() else 1 for character in name)
    fits = any(map(str.isalpha, name)) and septets <= 11
    try:
        assert (sender_kind(name) is SenderKind.NAME) is fits
    except ValueError:
        assert not fits
