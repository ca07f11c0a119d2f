-- name: insert_leases
INSERT INTO leases (job_id, attempt, device_id, worker, ttl_s)
SELECT *
FROM unnest(
    :job_id::text[], :attempt::integer[], :device_id::text[], :worker::text[], :ttl_s::double precision[]
);

-- name: renew_leases
UPDATE leases AS l
SET beat = l.beat + 1, ttl_s = coalesce(n.ttl_s, l.ttl_s),
    worker = coalesce(nullif(n.worker, ''), l.worker)
FROM unnest(:ttl_s::double precision[], :worker::text[], :job_id::text[]) AS n (ttl_s, worker, job_id)
WHERE l.job_id = n.job_id;

-- name: delete_leases
DELETE FROM leases WHERE job_id = ANY(:job_id::text[]);

-- name: lease_policies
-- Nothing else that the Cloud does to a job leaves an event and the job.
SELECT
    l.job_id, l.attempt, l.beat, d.on_lost_lease,
    (SELECT count(*) FROM job_events AS e WHERE e.job_id = l.job_id AND e.actor = 'cloud') AS n_expired
FROM leases AS l LEFT JOIN devices AS d ON d.id = l.device_id
WHERE l.job_id = ANY(:job_id::text[]) AND l.ttl_s IS NOT NULL;
