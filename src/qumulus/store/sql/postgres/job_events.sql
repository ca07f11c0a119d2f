-- name: insert_events
INSERT INTO job_events (job_id, seq, owner, at, actor, source, target, detail)
SELECT *
FROM unnest(
    :job_id::text[], :seq::integer[], :owner::text[], :at::timestamptz[], :actor::text[],
    :source::text[], :target::text[], :detail::text[]
);

-- name: delete_events
DELETE FROM job_events WHERE job_id = ANY(:job_id::text[]);

-- name: read_job_events
SELECT job_id, seq, at, actor, source, target, detail, tx::text AS tx, id, TRUE AS is_settled
FROM job_events
WHERE job_id = :job_id
ORDER BY seq;

-- name: read_owner_events
-- An older transaction may still write before an event that is not settled: readers stop there.
SELECT
    job_id, seq, at, actor, source, target, detail, tx::text AS tx, id,
    tx < pg_snapshot_xmin(pg_current_snapshot()) AS is_settled
FROM job_events
WHERE owner = :owner AND (job_events.tx, id) > (:tx::text::xid8, :id)
ORDER BY job_events.tx, id
LIMIT :limit;

-- name: head_of_events
-- The newest that is settled. The number of a transaction to come would not do: after a crash of the
-- server numbers are given out anew whose transactions had written nothing that lasts.
SELECT tx::text AS tx, id
FROM job_events
WHERE owner = :owner AND job_events.tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY job_events.tx DESC, id DESC
LIMIT 1;

-- name: newest_tombstone
SELECT e.tx::text AS tx, e.id FROM job_events AS e
WHERE e.target IS NULL AND e.at < :before
ORDER BY e.tx DESC, e.id DESC
LIMIT 1;

-- name: delete_tombstones
DELETE FROM job_events WHERE target IS NULL AND at < :before RETURNING id;
