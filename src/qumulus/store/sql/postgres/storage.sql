-- name: next_places
-- A submit takes its place in the queue when it comes, not when the job was registered.
SELECT nextval(pg_get_serial_sequence('jobs', 'seq')) AS place FROM unnest(:job_id::text[]);

-- name: fill_jobs
-- A device that is gone is NULL here, which no job may have: the submit is refused.
UPDATE jobs AS j
SET seq = n.seq, device_id = (SELECT d.id FROM devices AS d WHERE d.id = n.device_id), form = n.form, job_type = n.job_type, status = n.status,
    shots = n.shots, name = n.name, description = n.description, priority = n.priority,
    transpiler_info = n.transpiler_info, simulator_info = n.simulator_info,
    mitigation_info = n.mitigation_info, submitted_at = n.submitted_at, moved_at = n.moved_at,
    n_events = n.n_events, n_bytes = n.n_bytes, slot_priority = n.slot_priority,
    event_tx = pg_current_xact_id()
FROM unnest(
    :seq::bigint[], :device_id::text[], :form::text[], :job_type::text[], :status::text[], :shots::bigint[],
    :name::text[], :description::text[], :priority::integer[], :transpiler_info::text[],
    :simulator_info::text[], :mitigation_info::text[], :submitted_at::timestamptz[], :moved_at::timestamptz[],
    :n_events::integer[], :n_bytes::bigint[], :slot_priority::integer[], :id::text[]
) AS n (
    seq, device_id, form, job_type, status, shots, name, description, priority, transpiler_info,
    simulator_info, mitigation_info, submitted_at, moved_at, n_events, n_bytes, slot_priority, id
)
WHERE j.id = n.id;

-- name: insert_registrations
INSERT INTO registrations (job_id, at, owner)
SELECT * FROM unnest(:job_id::text[], :at::timestamptz[], :owner::text[]);

-- name: lock_registrants
-- Registrations of one user come one after the other; none comes while the user is being removed.
SELECT id FROM users WHERE id = ANY(:id::text[]) ORDER BY id FOR NO KEY UPDATE;

-- name: count_registrations
-- Asked once the users are locked: a statement sees nothing of what was committed while it waited.
SELECT r.owner, count(*) AS n_registered
FROM registrations AS r
WHERE r.owner = ANY(:owner::text[])
GROUP BY r.owner;

-- name: delete_registrations
DELETE FROM registrations WHERE job_id = ANY(:job_id::text[]);

-- name: read_objects
SELECT job_id, item, blob FROM objects WHERE job_id = ANY(:job_id::text[]);

-- name: upsert_objects
INSERT INTO objects (job_id, item, blob, size, attempt, at)
SELECT *
FROM unnest(
    :job_id::text[], :item::text[], :blob::text[], :size::bigint[], :attempt::integer[], :at::timestamptz[]
)
ON CONFLICT (job_id, item) DO UPDATE
SET blob = excluded.blob, size = excluded.size, attempt = excluded.attempt, at = excluded.at;

-- name: delete_objects
DELETE FROM objects WHERE job_id = ANY(:job_id::text[]);

-- name: blobs_of
SELECT blob FROM objects WHERE job_id = ANY(:ids::text[]);
