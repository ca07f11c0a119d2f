-- name: check_future
-- After a restore by other tools the server counts its transactions anew: readers never see such events.
SELECT 'event ' || e.seq || ' of job ' || e.job_id
    || ' is of a transaction that has not been yet: run `qumulus db adopt`' AS problem
FROM (
    SELECT job_id, seq FROM job_events WHERE tx > pg_snapshot_xmax(pg_current_snapshot())
    UNION
    SELECT id, n_events FROM jobs WHERE event_tx > pg_snapshot_xmax(pg_current_snapshot())
) AS e
LIMIT 100;
