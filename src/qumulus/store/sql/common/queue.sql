-- name: queue_position
-- Counts among the first of the queue only.
SELECT CASE
    WHEN j.status = 'submitted' THEN (
        SELECT count(*) FROM (
            SELECT q.priority, q.rank, q.seq
            FROM queue AS q
            WHERE q.device_id = j.device_id
            ORDER BY q.priority, q.rank, q.seq
            LIMIT :at_most
        ) AS first
        WHERE (first.priority, first.rank, first.seq)
            < (j.slot_priority, j.slot_rank, coalesce(j.slot_seq, j.seq))
    )
END AS position
FROM jobs AS j
WHERE j.id = :id;
