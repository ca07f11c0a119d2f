-- name: check_unqueued
SELECT 'job ' || j.id || ' is submitted but stands in no queue' AS problem
FROM jobs AS j
WHERE j.status = 'submitted' AND NOT EXISTS (
    SELECT 1 FROM queue AS q
    WHERE q.device_id = j.device_id AND q.priority = j.slot_priority AND q.rank = j.slot_rank
        AND q.seq = coalesce(j.slot_seq, j.seq) AND q.job_id = j.id
);

-- name: check_queued
SELECT 'the queue of ' || q.device_id || ' holds job ' || q.job_id || ', which is '
    || coalesce(j.status, 'unknown') AS problem
FROM queue AS q LEFT JOIN jobs AS j ON j.id = q.job_id
WHERE j.id IS NULL OR j.status <> 'submitted';

-- name: check_places
SELECT 'job ' || q.job_id || ' stands in queues more than once' AS problem
FROM queue AS q
GROUP BY q.job_id
HAVING count(*) > 1;

-- name: check_leases
SELECT 'job ' || l.job_id || ' is held at attempt ' || l.attempt || ' but is '
    || coalesce(j.status || ' at attempt ' || j.attempt, 'unknown') AS problem
FROM leases AS l LEFT JOIN jobs AS j ON j.id = l.job_id
WHERE j.id IS NULL OR j.status NOT IN ('ready', 'running') OR j.attempt <> l.attempt;

-- name: check_unleased
SELECT 'job ' || j.id || ' is ' || j.status || ' but nobody holds it' AS problem
FROM jobs AS j
WHERE j.status IN ('ready', 'running') AND NOT EXISTS (SELECT 1 FROM leases AS l WHERE l.job_id = j.id);

-- name: check_inputs
SELECT 'job ' || j.id || ' has no input' AS problem
FROM jobs AS j
WHERE j.submitted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inputs AS i WHERE i.job_id = j.id);

-- name: check_registrations
SELECT 'job ' || j.id || ' is registered but not among the registrations' AS problem
FROM jobs AS j
WHERE j.status = 'registered' AND NOT EXISTS (SELECT 1 FROM registrations AS r WHERE r.job_id = j.id)
UNION ALL
SELECT 'job ' || r.job_id || ' is among the registrations but is ' || coalesce(j.status, 'unknown')
FROM registrations AS r LEFT JOIN jobs AS j ON j.id = r.job_id
WHERE j.id IS NULL OR j.status <> 'registered';

-- name: check_orphans
SELECT 'an input is left of job ' || i.job_id AS problem
FROM inputs AS i
WHERE NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.id = i.job_id)
UNION ALL
SELECT 'output ' || o.key || ' is left of job ' || o.job_id
FROM outputs AS o
WHERE NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.id = o.job_id)
UNION ALL
SELECT 'object ' || b.item || ' is left of job ' || b.job_id
FROM objects AS b
WHERE NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.id = b.job_id)
UNION ALL
SELECT 'event ' || e.seq || ' is left of job ' || e.job_id
FROM job_events AS e
WHERE e.target IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.id = e.job_id);

-- name: check_counts
SELECT 'job ' || j.id || ' counts ' || j.n_events || ' events but has ' || count(e.seq)
    || ', the last is ' || coalesce(max(e.seq), 0) AS problem
FROM jobs AS j LEFT JOIN job_events AS e ON e.job_id = j.id
GROUP BY j.id, j.n_events
HAVING count(e.seq) <> j.n_events OR coalesce(max(e.seq), 0) <> j.n_events;

-- name: check_last_event
SELECT 'job ' || j.id || ' is ' || j.status || ' but its last event says ' || coalesce(e.target, 'deleted') AS problem
FROM jobs AS j JOIN job_events AS e ON e.job_id = j.id AND e.seq = j.n_events
WHERE e.target IS NULL OR e.target <> j.status;

-- name: check_chain
SELECT 'event ' || b.seq || ' of job ' || b.job_id || ' begins at ' || coalesce(b.source, 'nothing')
    || ' but the one before ended at ' || coalesce(a.target, 'deleted') AS problem
FROM job_events AS b JOIN job_events AS a ON a.job_id = b.job_id AND a.seq = b.seq - 1
WHERE a.target IS NULL OR b.source IS NULL OR b.source <> a.target;

-- name: check_unexplained
SELECT 'a reason is awaited for job ' || u.job_id || ', which is ' || coalesce(j.status, 'unknown') AS problem
FROM unexplained AS u LEFT JOIN jobs AS j ON j.id = u.job_id
WHERE j.id IS NULL OR j.status <> 'cancelled';

-- name: check_tokens
SELECT 'token ' || t.id || ' belongs to ' || t.owner || ', who does not exist' AS problem
FROM tokens AS t
WHERE t.owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users AS u WHERE u.id = t.owner);

-- name: check_stamps
SELECT 'the times of job ' || j.id || ' are not in order' AS problem
FROM jobs AS j
WHERE j.submitted_at < j.created_at OR j.ready_at < j.submitted_at OR j.running_at < j.ready_at
    OR j.ended_at < j.created_at OR j.ended_at < j.submitted_at OR j.ended_at < j.ready_at
    OR j.ended_at < j.running_at;
