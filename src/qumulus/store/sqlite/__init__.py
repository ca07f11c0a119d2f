"""SQLite, in the process itself."""
