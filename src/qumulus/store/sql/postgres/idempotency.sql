-- name: insert_key
INSERT INTO idempotency (owner, route, key, body_hash, answer, at)
SELECT owner, route, key, body_hash, answer, at
FROM unnest(
    :owner::text[], :route::text[], :key::text[], :body_hash::bytea[], :answer::bytea[], :at::timestamptz[]
) AS n (owner, route, key, body_hash, answer, at);

-- name: known_keys
SELECT i.owner, i.route, i.key, i.body_hash, i.answer
FROM unnest(:owner::text[], :route::text[], :key::text[]) AS n (owner, route, key)
JOIN idempotency AS i ON i.owner = n.owner AND i.route = n.route AND i.key = n.key;
