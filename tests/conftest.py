"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A machine under load takes its time, and a law is no less true for that.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Once gRPC is loaded, it starts threads in each forked child, which abort there when descriptors are closed:
# of the processes that the campaign and PostgresServer start so, one in thirty died before it began.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
