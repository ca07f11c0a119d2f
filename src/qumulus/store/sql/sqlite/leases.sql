-- name: insert_leases
INSERT INTO leases (job_id, attempt, device_id, worker, ttl_s)
VALUES (:job_id, :attempt, :device_id, :worker, :ttl_s);

-- name: renew_leases
UPDATE leases
SET beat = beat + 1, ttl_s = coalesce(:ttl_s, ttl_s), worker = coalesce(nullif(:worker, ''), worker)
WHERE job_id = :job_id;

-- name: delete_leases
DELETE FROM leases WHERE job_id = :job_id;

-- name: lease_policies
-- Nothing else that the Cloud does to a job leaves an event and the job.
SELECT
    l.job_id, l.attempt, l.beat, d.on_lost_lease,
    (SELECT count(*) FROM job_events AS e WHERE e.job_id = l.job_id AND e.actor = 'cloud') AS n_expired
FROM leases AS l LEFT JOIN devices AS d ON d.id = l.device_id
WHERE l.job_id = :job_id AND l.ttl_s IS NOT NULL;
