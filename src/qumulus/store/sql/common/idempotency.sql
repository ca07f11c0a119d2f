-- name: delete_keys
DELETE FROM idempotency WHERE at < :before RETURNING key;

-- name: known_key
SELECT body_hash, answer FROM idempotency WHERE owner = :owner AND route = :route AND key = :key;
