-- name: lock_device
SELECT
    id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info,
    calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at, is_held, max_shots
FROM devices
WHERE id = :id
FOR UPDATE;

-- name: wait_briefly
-- For locks, in this transaction.
SELECT set_config('lock_timeout', :patience, TRUE) AS patience;

-- name: hold_submits
-- Every submit writes here: those under way are waited for, later ones wait, and see what was done.
-- No removal writes here before or after, so that two of them need not wait for one another.
LOCK TABLE queue IN SHARE MODE;

-- name: note_seen
UPDATE devices AS d
SET seen_at = greatest(d.seen_at, n.at)
FROM unnest(:at::timestamptz[], :id::text[]) AS n (at, id)
WHERE d.id = n.id;

-- name: device_loads
-- The mean is over the jobs that ended among the 500 before the queue's head: not over the waiting ones.
SELECT
    d.id,
    (SELECT count(*) FROM queue AS q WHERE q.device_id = d.id) AS n_waiting,
    (SELECT count(*) FROM leases AS l WHERE l.device_id = d.id) AS n_claimed,
    (
        SELECT avg(extract(epoch FROM r.ended_at - r.running_at))::double precision
        FROM (
            SELECT j.ended_at, j.running_at
            FROM jobs AS j
            WHERE j.device_id = d.id AND j.id <= coalesce(
                (
                    SELECT q.job_id FROM queue AS q WHERE q.device_id = d.id
                    ORDER BY q.priority, q.rank, q.seq LIMIT 1
                ), 'z'
            )
            ORDER BY j.id DESC
            LIMIT 500
        ) AS r
        WHERE r.ended_at IS NOT NULL AND r.running_at IS NOT NULL
    ) AS mean_service_s
FROM devices AS d;
