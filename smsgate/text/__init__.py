"""Encoding, length and segments of a text, known before it is sent."""

from smsgate.text.analysis import Analysis, Encoding, analyse

__all__ = ["Analysis", "Encoding", "analyse"]
