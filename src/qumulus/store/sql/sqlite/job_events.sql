-- name: insert_events
INSERT INTO job_events (job_id, seq, owner, at, actor, source, target, detail)
VALUES (:job_id, :seq, :owner, :at, :actor, :source, :target, :detail);

-- name: delete_events
DELETE FROM job_events WHERE job_id = :job_id;

-- name: read_job_events
SELECT job_id, seq, at, actor, source, target, detail, 0 AS tx, id, 1 AS is_settled
FROM job_events
WHERE job_id = :job_id
ORDER BY seq;

-- name: read_owner_events
SELECT job_id, seq, at, actor, source, target, detail, 0 AS tx, id, 1 AS is_settled
FROM job_events
WHERE owner = :owner AND id > :id AND :tx = 0
ORDER BY id
LIMIT :limit;

-- name: head_of_events
SELECT 0 AS tx, id FROM job_events WHERE owner = :owner ORDER BY id DESC LIMIT 1;

-- name: newest_tombstone
SELECT 0 AS tx, id FROM job_events WHERE target IS NULL AND at < :before ORDER BY id DESC LIMIT 1;

-- name: delete_tombstones
DELETE FROM job_events WHERE target IS NULL AND at < :before RETURNING id;
