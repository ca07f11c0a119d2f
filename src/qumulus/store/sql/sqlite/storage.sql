-- name: next_places
-- A submit takes its place in the queue when it comes, not when the job was registered.
UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'jobs' AND :job_id <> '' RETURNING seq AS place;

-- name: fill_jobs
-- A device that is gone is NULL here, which no job may have: the submit is refused.
UPDATE jobs
SET seq = :seq, device_id = (SELECT d.id FROM devices AS d WHERE d.id = :device_id), form = :form, job_type = :job_type, status = :status, shots = :shots,
    name = :name, description = :description, priority = :priority, transpiler_info = :transpiler_info,
    simulator_info = :simulator_info, mitigation_info = :mitigation_info, submitted_at = :submitted_at,
    moved_at = :moved_at, n_events = :n_events, n_bytes = :n_bytes, slot_priority = :slot_priority
WHERE id = :id;

-- name: insert_registrations
INSERT INTO registrations (job_id, at, owner) VALUES (:job_id, :at, :owner);

-- name: lock_registrants
SELECT id FROM users WHERE id = :id;

-- name: count_registrations
SELECT r.owner, count(*) AS n_registered FROM registrations AS r WHERE r.owner = :owner GROUP BY r.owner;

-- name: delete_registrations
DELETE FROM registrations WHERE job_id = :job_id;

-- name: read_objects
SELECT job_id, item, blob FROM objects WHERE job_id = :job_id;

-- name: upsert_objects
INSERT INTO objects (job_id, item, blob, size, attempt, at)
VALUES (:job_id, :item, :blob, :size, :attempt, :at)
ON CONFLICT (job_id, item) DO UPDATE
SET blob = excluded.blob, size = excluded.size, attempt = excluded.attempt, at = excluded.at;

-- name: delete_objects
DELETE FROM objects WHERE job_id = :job_id;

-- name: blobs_of
SELECT blob FROM objects WHERE job_id IN (SELECT value FROM json_each(:ids));
