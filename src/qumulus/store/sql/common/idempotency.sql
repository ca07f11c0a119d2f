-- name: delete_keys
DELETE FROM idempotency WHERE at < :before RETURNING key;
