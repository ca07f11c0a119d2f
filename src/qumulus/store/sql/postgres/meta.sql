-- name: has_migrations
SELECT 1 AS found WHERE to_regclass('migrations') IS NOT NULL;

-- name: make_migrations
CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL
);

-- name: note_migration
INSERT INTO migrations (number, name, applied_at) VALUES (:number, :name, :at);
