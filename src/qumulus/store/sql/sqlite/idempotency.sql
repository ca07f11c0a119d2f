-- name: known_keys
SELECT owner, route, key, body_hash, answer FROM idempotency
WHERE owner = :owner AND route = :route AND key = :key;

-- name: insert_key
INSERT INTO idempotency (owner, route, key, body_hash, answer, at)
VALUES (:owner, :route, :key, :body_hash, :answer, :at);
