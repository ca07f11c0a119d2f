-- name: lock_device
SELECT
    id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info,
    calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at, is_held, max_shots
FROM devices
WHERE id = :id;

-- name: wait_briefly
-- Whoever writes here waits for nobody any more.
SELECT :patience AS patience;

-- name: hold_submits
-- There is one writer, and it is here: nothing is left to hold.
DELETE FROM queue WHERE FALSE;

-- name: note_seen
UPDATE devices SET seen_at = max(coalesce(seen_at, 0), :at) WHERE id = :id;

-- name: device_loads
-- The mean is over the jobs that ended among the 500 before the queue's head: not over the waiting ones.
SELECT
    d.id,
    (SELECT count(*) FROM queue AS q WHERE q.device_id = d.id) AS n_waiting,
    (SELECT count(*) FROM leases AS l WHERE l.device_id = d.id) AS n_claimed,
    (
        SELECT avg(r.ended_at - r.running_at) / 1e6
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
