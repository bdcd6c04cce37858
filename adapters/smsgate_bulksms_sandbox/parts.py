"""How texts are encoded and counted, as naively as the description says it: 160 and 70 characters, or 153 and 67."""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = set("\f^{}\\[~]|€")


def as_gsm(text: str) -> str:
    """Return a text in the alphabet of GSM 03.38, with a ? for every other character."""
    return "".join(each if each in _GSM | _TWICE else "?" for each in text)


def count(text: str, *, unicode: bool) -> int:
    """Return the number of parts; no character is divided between two."""
    alone, joined = (70, 67) if unicode else (160, 153)
    sizes = [1 + (each > "\uffff" if unicode else each in _TWICE) for each in text]
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, joined
    for size in sizes:
        parts, room = (parts, room - size) if size <= room else (parts + 1, joined - size)
    return parts
