"""Written by ``scripts/generate_sync.py``."""
