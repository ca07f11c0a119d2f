-- name: queue_new_jobs
-- A device or an owner that is gone is NULL here, as in no row of the queue: the submit is refused.
INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth)
SELECT
    (SELECT d.id FROM devices AS d WHERE d.id = j.device_id), j.slot_priority, j.slot_rank, j.seq,
    j.id, (SELECT u.id FROM users AS u WHERE u.id = j.owner), j.priority, j.seq
FROM jobs AS j
WHERE j.id = :id;

-- name: insert_queue
INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth)
VALUES (:device_id, :priority, :rank, :seq, :job_id, :owner, :own_priority, :birth);

-- name: delete_queue
DELETE FROM queue WHERE device_id = :device_id AND priority = :priority AND rank = :rank AND seq = :seq;

-- name: refill_queue
-- Another job of the same owner takes over a place in the queue.
UPDATE queue SET job_id = :job_id, own_priority = :own_priority, birth = :birth
WHERE device_id = :device_id AND priority = :priority AND rank = :rank AND seq = :seq;

-- name: take_heads
-- Small payloads come along; a large one is read once it is certain that the job is handed out.
SELECT
    {job_columns},
    CASE WHEN j.n_bytes <= 16384 THEN {input_column} END AS body,
    CASE WHEN j.attempt > 0 THEN {outputs_column} END AS outputs,
    j.n_bytes, j.n_events, j.moved_at,
    q.priority AS slot_priority, q.rank AS slot_rank, q.seq AS slot_seq, q.birth, d.claim_timeout_s,
    EXISTS (
        SELECT 1 FROM queue AS b
        WHERE b.device_id = q.device_id AND b.owner = q.owner AND b.own_priority < q.own_priority
    ) AS is_outranked,
    0 AS is_ahead
FROM queue AS q CROSS JOIN jobs AS j ON j.id = q.job_id LEFT JOIN devices AS d ON d.id = q.device_id
WHERE q.device_id = :device_id
ORDER BY q.priority, q.rank, q.seq
LIMIT :limit;

-- name: take_preferred
-- An owner's waiting jobs on a device in the order that the owner wishes.
SELECT
    {job_columns},
    CASE WHEN j.n_bytes <= 16384 THEN {input_column} END AS body,
    CASE WHEN j.attempt > 0 THEN {outputs_column} END AS outputs,
    j.n_bytes, j.n_events, j.moved_at,
    q.priority AS slot_priority, q.rank AS slot_rank, q.seq AS slot_seq, q.birth, d.claim_timeout_s,
    0 AS is_outranked,
    0 AS is_ahead
FROM queue AS q CROSS JOIN jobs AS j ON j.id = q.job_id LEFT JOIN devices AS d ON d.id = q.device_id
WHERE q.device_id = :device_id AND q.owner = :owner
ORDER BY q.own_priority, q.birth
LIMIT :limit;
