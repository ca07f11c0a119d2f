"""PostgreSQL, 15 or later, shared by any number of processes."""
