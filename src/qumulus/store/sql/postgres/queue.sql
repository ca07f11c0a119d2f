-- name: queue_new_jobs
-- A device or an owner that is gone is NULL here, as in no row of the queue: the submit is refused.
INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth)
SELECT
    (SELECT d.id FROM devices AS d WHERE d.id = j.device_id), j.slot_priority, j.slot_rank, j.seq,
    j.id, (SELECT u.id FROM users AS u WHERE u.id = j.owner), j.priority, j.seq
FROM insert_jobs AS j
WHERE j.id = ANY(:id::text[]);

-- name: insert_queue
INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth)
SELECT *
FROM unnest(
    :device_id::text[], :priority::integer[], :rank::double precision[], :seq::bigint[],
    :job_id::text[], :owner::text[], :own_priority::integer[], :birth::bigint[]
);

-- name: delete_queue
DELETE FROM queue AS q
USING unnest(:device_id::text[], :priority::integer[], :rank::double precision[], :seq::bigint[])
    AS n (device_id, priority, rank, seq)
WHERE q.device_id = n.device_id AND q.priority = n.priority AND q.rank = n.rank AND q.seq = n.seq;

-- name: refill_queue
-- Another job of the same owner takes over a place in the queue.
UPDATE queue AS q
SET job_id = n.job_id, own_priority = n.own_priority, birth = n.birth
FROM unnest(
    :job_id::text[], :own_priority::integer[], :birth::bigint[],
    :device_id::text[], :priority::integer[], :rank::double precision[], :seq::bigint[]
) AS n (job_id, own_priority, birth, device_id, priority, rank, seq)
WHERE q.device_id = n.device_id AND q.priority = n.priority AND q.rank = n.rank AND q.seq = n.seq;

-- name: take_heads
-- Small payloads come along; a large one is read once it is certain that the job is handed out.
-- Nobody waits for anybody: a head that another process is taking or moving is passed over.
SELECT
    {job_columns},
    CASE WHEN j.n_bytes <= 16384 THEN {input_column} END AS body,
    CASE WHEN j.attempt > 0 THEN {outputs_column} END AS outputs,
    j.n_bytes, j.n_events, j.moved_at,
    j.q_priority AS slot_priority, j.q_rank AS slot_rank, j.q_seq AS slot_seq, j.birth, j.claim_timeout_s,
    EXISTS (
        SELECT 1 FROM queue AS b
        WHERE b.device_id = j.device_id AND b.owner = j.owner AND b.own_priority < j.priority
    ) AS is_outranked,
    j.event_tx > pg_current_xact_id() AS is_ahead
FROM unnest(:device_id::text[], :limit::integer[]) AS n (device_id, n_jobs)
CROSS JOIN LATERAL (
    SELECT
        j.*, q.priority AS q_priority, q.rank AS q_rank, q.seq AS q_seq, q.birth,
        (SELECT d.claim_timeout_s FROM devices AS d WHERE d.id = q.device_id) AS claim_timeout_s
    FROM queue AS q JOIN jobs AS j ON j.id = q.job_id
    WHERE q.device_id = n.device_id
    ORDER BY q.priority, q.rank, q.seq
    LIMIT n.n_jobs
    FOR UPDATE OF q, j SKIP LOCKED
) AS j;

-- name: take_preferred
-- An owner's waiting jobs on a device in the order that the owner wishes.
SELECT
    {job_columns},
    CASE WHEN j.n_bytes <= 16384 THEN {input_column} END AS body,
    CASE WHEN j.attempt > 0 THEN {outputs_column} END AS outputs,
    j.n_bytes, j.n_events, j.moved_at,
    j.q_priority AS slot_priority, j.q_rank AS slot_rank, j.q_seq AS slot_seq, j.birth, j.claim_timeout_s,
    FALSE AS is_outranked,
    j.event_tx > pg_current_xact_id() AS is_ahead
FROM unnest(:device_id::text[], :owner::text[], :limit::integer[]) AS n (device_id, owner, n_jobs)
CROSS JOIN LATERAL (
    SELECT
        j.*, q.priority AS q_priority, q.rank AS q_rank, q.seq AS q_seq, q.birth,
        (SELECT d.claim_timeout_s FROM devices AS d WHERE d.id = q.device_id) AS claim_timeout_s
    FROM queue AS q JOIN jobs AS j ON j.id = q.job_id
    WHERE q.device_id = n.device_id AND q.owner = n.owner
    ORDER BY q.own_priority, q.birth
    LIMIT n.n_jobs
    FOR UPDATE OF q, j SKIP LOCKED
) AS j;
