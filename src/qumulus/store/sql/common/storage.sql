-- name: read_job_objects
SELECT o.job_id, o.item, o.blob, o.size, o.attempt, o.at
FROM objects AS o
WHERE o.job_id = :job_id;

-- name: delete_objects_of
DELETE FROM objects WHERE job_id IN (SELECT id FROM jobs WHERE owner = :id AND {is_old});

-- name: keep_secret
INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT DO NOTHING;

-- name: read_registrations
SELECT job_id FROM registrations WHERE at < :before ORDER BY job_id LIMIT :limit;
