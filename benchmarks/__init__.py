"""What this machine does, measured: ``python -m benchmarks [NAME …]``."""

import os

# Bare engines run with the settings that sandboxes give to theirs; they are read when a library is loaded.
os.environ.update({"OMP_WAIT_POLICY": "PASSIVE", "QULACS_PARALLEL_NQUBIT_THRESHOLD": "14"})
