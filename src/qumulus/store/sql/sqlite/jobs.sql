-- name: insert_jobs
INSERT INTO jobs (
    id, owner, device_id, form, job_type, status, shots, name, description, priority,
    transpiler_info, simulator_info, mitigation_info, created_at, submitted_at, moved_at,
    n_events, n_bytes, slot_priority
)
VALUES (
    :id, :owner, :device_id, :form, :job_type, :status, :shots, :name, :description, :priority,
    :transpiler_info, :simulator_info, :mitigation_info, :created_at, :submitted_at, :moved_at,
    :n_events, :n_bytes, :slot_priority
);

-- name: look_at_jobs
SELECT
    id, owner, device_id, status, attempt, losses, lease_lost, report_hash, n_events, execution_time_s,
    submitted_at, ready_at, running_at, ended_at, moved_at,
    slot_priority, slot_rank, coalesce(slot_seq, seq) AS slot_seq, seq, priority, 0 AS is_ahead
FROM jobs
WHERE id = :id;

-- name: lock_jobs
-- One writer: nothing to lock. A job's last event is never ahead of this transaction.
{look_at_jobs};

-- name: update_jobs
UPDATE jobs
SET status = :status, attempt = :attempt, losses = :losses, lease_lost = :lease_lost,
    report_hash = :report_hash, n_events = :n_events, execution_time_s = :execution_time_s,
    submitted_at = :submitted_at, ready_at = :ready_at, running_at = :running_at, ended_at = :ended_at,
    moved_at = :moved_at, slot_priority = :slot_priority, slot_rank = :slot_rank, slot_seq = :slot_seq
WHERE id = :id;

-- name: set_slots
UPDATE jobs SET slot_priority = :priority, slot_rank = :rank, slot_seq = :seq WHERE id = :id;

-- name: set_transpiler_info
UPDATE jobs SET transpiler_info = :transpiler_info WHERE id = :id;

-- name: delete_jobs
DELETE FROM jobs WHERE id = :id;

-- name: insert_inputs
INSERT INTO inputs (job_id, form, body) VALUES (:job_id, :form, :body);

-- name: delete_inputs
DELETE FROM inputs WHERE job_id = :job_id;

-- name: upsert_outputs
INSERT INTO outputs (job_id, key, body) VALUES (:job_id, :key, :body)
ON CONFLICT (job_id, key) DO UPDATE SET body = excluded.body;

-- name: delete_outputs
DELETE FROM outputs WHERE job_id = :job_id;

-- name: insert_unexplained
INSERT INTO unexplained (device_id, job_id) VALUES (:device_id, :job_id) ON CONFLICT DO NOTHING;

-- name: delete_unexplained
DELETE FROM unexplained WHERE device_id = :device_id AND job_id = :job_id;

-- name: read_inputs
SELECT job_id, body FROM inputs WHERE job_id = :job_id;

-- name: outputs_column
(SELECT json_group_object(o.key, o.body) FROM outputs AS o WHERE o.job_id = j.id)

-- name: and_statuses
AND j.status IN (SELECT value FROM json_each(:statuses))

-- name: and_text
AND (instr(lower(j.id), lower(:text)) > 0 OR instr(lower(j.name), lower(:text)) > 0
    OR instr(lower(j.description), lower(:text)) > 0)

-- name: and_devices
AND j.device_id IN (SELECT value FROM json_each(:devices))

-- name: from_unexplained
FROM unexplained AS u CROSS JOIN jobs AS j ON j.id = u.job_id
WHERE TRUE

-- name: cancelled_among
SELECT id, attempt FROM jobs
WHERE id IN (SELECT value FROM json_each(:ids)) AND status = 'cancelled';

