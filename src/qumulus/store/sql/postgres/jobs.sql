-- name: insert_jobs
-- The rows go on to queue_new_jobs, which stands behind in the same statement and needs seq.
INSERT INTO jobs (
    id, owner, device_id, form, job_type, status, shots, name, description, priority,
    transpiler_info, simulator_info, mitigation_info, created_at, submitted_at, moved_at,
    n_events, n_bytes, slot_priority
)
SELECT *
FROM unnest(
    :id::text[], :owner::text[], :device_id::text[], :form::text[], :job_type::text[], :status::text[],
    :shots::bigint[], :name::text[], :description::text[], :priority::integer[],
    :transpiler_info::text[], :simulator_info::text[], :mitigation_info::text[], :created_at::timestamptz[],
    :submitted_at::timestamptz[], :moved_at::timestamptz[],
    :n_events::integer[], :n_bytes::bigint[], :slot_priority::integer[]
)
RETURNING *;

-- name: look_at_jobs
-- The same without a lock: whoever writes afterwards comes behind all that is seen here.
SELECT
    id, owner, device_id, status, attempt, losses, lease_lost, report_hash, n_events, execution_time_s,
    submitted_at, ready_at, running_at, ended_at, moved_at,
    slot_priority, slot_rank, coalesce(slot_seq, seq) AS slot_seq, seq, priority, FALSE AS is_ahead
FROM jobs
WHERE id = ANY(:id::text[]);

-- name: lock_jobs
-- is_ahead: the job was moved by a younger transaction; a move by this one would come before it.
SELECT
    id, owner, device_id, status, attempt, losses, lease_lost, report_hash, n_events, execution_time_s,
    submitted_at, ready_at, running_at, ended_at, moved_at,
    slot_priority, slot_rank, coalesce(slot_seq, seq) AS slot_seq, seq, priority,
    event_tx > pg_current_xact_id() AS is_ahead
FROM jobs
WHERE id = ANY(:id::text[])
ORDER BY id
FOR UPDATE;

-- name: update_jobs
UPDATE jobs AS j
SET status = n.status, attempt = n.attempt, losses = n.losses, lease_lost = n.lease_lost,
    report_hash = n.report_hash, n_events = n.n_events, execution_time_s = n.execution_time_s,
    submitted_at = n.submitted_at, ready_at = n.ready_at, running_at = n.running_at, ended_at = n.ended_at,
    moved_at = n.moved_at, slot_priority = n.slot_priority, slot_rank = n.slot_rank, slot_seq = n.slot_seq,
    event_tx = pg_current_xact_id()
FROM unnest(
    :status::text[], :attempt::integer[], :losses::integer[], :lease_lost::boolean[],
    :report_hash::bytea[], :n_events::integer[], :execution_time_s::double precision[],
    :submitted_at::timestamptz[], :ready_at::timestamptz[], :running_at::timestamptz[],
    :ended_at::timestamptz[], :moved_at::timestamptz[],
    :slot_priority::integer[], :slot_rank::double precision[], :slot_seq::bigint[], :id::text[]
) AS n (
    status, attempt, losses, lease_lost, report_hash, n_events, execution_time_s,
    submitted_at, ready_at, running_at, ended_at, moved_at, slot_priority, slot_rank, slot_seq, id
)
WHERE j.id = n.id
RETURNING j.id;

-- name: set_slots
UPDATE jobs AS j
SET slot_priority = n.priority, slot_rank = n.rank, slot_seq = n.seq
FROM unnest(:priority::integer[], :rank::double precision[], :seq::bigint[], :id::text[])
    AS n (priority, rank, seq, id)
WHERE j.id = n.id;

-- name: set_transpiler_info
UPDATE jobs AS j
SET transpiler_info = n.transpiler_info
FROM unnest(:transpiler_info::text[], :id::text[]) AS n (transpiler_info, id)
WHERE j.id = n.id;

-- name: delete_jobs
DELETE FROM jobs WHERE id = ANY(:id::text[]);

-- name: insert_inputs
INSERT INTO inputs (job_id, form, body)
SELECT * FROM unnest(:job_id::text[], :form::text[], :body::text[]);

-- name: delete_inputs
DELETE FROM inputs WHERE job_id = ANY(:job_id::text[]);

-- name: upsert_outputs
INSERT INTO outputs (job_id, key, body)
SELECT * FROM unnest(:job_id::text[], :key::text[], :body::text[])
ON CONFLICT (job_id, key) DO UPDATE SET body = excluded.body;

-- name: delete_outputs
DELETE FROM outputs WHERE job_id = ANY(:job_id::text[]);

-- name: insert_unexplained
INSERT INTO unexplained (device_id, job_id)
SELECT * FROM unnest(:device_id::text[], :job_id::text[])
ON CONFLICT DO NOTHING;

-- name: delete_unexplained
DELETE FROM unexplained AS u
USING unnest(:device_id::text[], :job_id::text[]) AS n (device_id, job_id)
WHERE u.device_id = n.device_id AND u.job_id = n.job_id;

-- name: read_inputs
SELECT job_id, body FROM inputs WHERE job_id = ANY(:job_id::text[]);

-- name: outputs_column
(SELECT json_object_agg(o.key, o.body)::text FROM outputs AS o WHERE o.job_id = j.id)

-- name: and_statuses
AND j.status = ANY(:statuses::text[])

-- name: and_text
AND (strpos(lower(j.id), lower(:text)) > 0 OR strpos(lower(j.name), lower(:text)) > 0
    OR strpos(lower(j.description), lower(:text)) > 0)

-- name: and_devices
AND j.device_id = ANY(:devices::text[])

-- name: from_unexplained
FROM unexplained AS u JOIN jobs AS j ON j.id = u.job_id
WHERE TRUE

-- name: cancelled_among
SELECT id, attempt FROM jobs
WHERE id = ANY(:ids::text[]) AND status = 'cancelled';
