"""What the conformance suite runs in a sandbox: jobs as a resident worker does, without its warm-up."""

import qumulus.provider.engines.aer_engine  # noqa: F401 # marks this process as resident
from qumulus.provider.child import run_job

__all__ = ["run_job"]
