-- name: has_migrations
SELECT 1 AS found FROM sqlite_schema WHERE type = 'table' AND name = 'migrations';

-- name: make_migrations
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

-- name: note_migration
INSERT INTO migrations (number, name, applied_at) VALUES (:number, :name, :at);
