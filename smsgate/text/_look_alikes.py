"""Characters that only look different from a GSM-7 one, as code points, by what replaces them."""

_BY_REPLACEMENT = {
    "'": "0060 00B4 02B9 02BB 02BC 02BD 02C8 02CA 02CB 2018 2019 201A 201B 2032 2035 2039 203A 275B 275C",
    '"': "00AB 00BB 02BA 02DD 201C 201D 201E 201F 2033 2036 275D 275E 301D 301E 301F",
    "-": "2010 2011 2012 2013 2014 2015 2022 2023 2043 2212 FE58 FE63",
    ".": "2024",
    "..": "2025",
    "...": "2026",
    "!!": "203C",
    "??": "2047",
    "?!": "2048",
    "!?": "2049",
    " ": "0009 00A0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200A 202F 205F 3000",
    "\n": "000B 0085 2028 2029",
    "/": "2044 2215",
    "*": "204E 2217",
    ":": "2236",
    "|": "00A6 2223",
    "^": "02C6",
    "~": "02DC 223C 301C",
    "_": "2017",
    "Δ": "2206",
    "Π": "220F",
    "Σ": "2211",
    "": "00AD 200B 2060 FEFF",
}

LOOK_ALIKES = {chr(int(point, 16)): new for new, points in _BY_REPLACEMENT.items() for point in points.split()}
INVISIBLE = frozenset(old for old, new in LOOK_ALIKES.items() if not new)
# They order text of scripts that run from right to left, and mean nothing in a text of GSM-7 characters. The overrides
# U+202D and U+202E are not here: those turn any text round.
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
