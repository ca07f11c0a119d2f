"""What holds for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A machine under load takes its time, and a law is no less true for that.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
