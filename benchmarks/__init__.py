"""What this machine does, measured: ``python -m benchmarks [NAME …]``."""
