"""Zoom Connect for smsgate."""
