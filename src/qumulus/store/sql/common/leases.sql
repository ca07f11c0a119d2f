-- name: read_leases
SELECT job_id, attempt, device_id, worker, ttl_s, beat FROM leases WHERE ttl_s IS NOT NULL;
