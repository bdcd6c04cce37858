"""Encoding, length and segments of a text, known before it is sent."""
