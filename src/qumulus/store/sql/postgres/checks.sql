-- name: check_future
-- After a restore from a dump the server counts its transactions anew.
SELECT 'event ' || e.seq || ' of job ' || e.job_id || ' is of a transaction that has not been yet' AS problem
FROM job_events AS e
WHERE e.tx > pg_snapshot_xmax(pg_current_snapshot())
LIMIT 100;
