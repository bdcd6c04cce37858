"""Failures say how to run them again."""

from hypothesis import HealthCheck, settings

settings.register_profile("text", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("text")
