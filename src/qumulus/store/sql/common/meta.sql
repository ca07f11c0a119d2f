-- name: read_meta
SELECT value FROM meta WHERE key = :key;

-- name: write_meta
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: read_migrations
SELECT number FROM migrations ORDER BY number;

-- name: delete_meta
DELETE FROM meta WHERE key = :key;
