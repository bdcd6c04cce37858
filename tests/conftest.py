"""Random tests say how to run them again, and do not measure how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("smsgate", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("smsgate")
