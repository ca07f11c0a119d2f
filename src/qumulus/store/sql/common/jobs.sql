-- name: job_columns
j.id, j.owner, j.device_id, j.form, j.job_type, j.status, j.shots, j.name, j.description, j.priority,
j.attempt, j.losses, j.transpiler_info, j.simulator_info, j.mitigation_info, j.execution_time_s,
j.created_at, j.submitted_at, j.ready_at, j.running_at, j.ended_at

-- name: input_column
(SELECT i.body FROM inputs AS i WHERE i.job_id = j.id)

-- name: no_input_column
''

-- name: no_outputs_column
NULL

-- name: size_column
j.n_bytes + COALESCE((SELECT SUM(LENGTH(o.body)) FROM outputs AS o WHERE o.job_id = j.id), 0)

-- name: status_counts
j.status, count(*) AS n_jobs

-- name: from_job
FROM jobs AS j
WHERE j.id = :id

-- name: from_owner
FROM jobs AS j
WHERE j.owner = :owner

-- name: from_device
FROM jobs AS j
WHERE j.device_id = :device_id

-- name: from_all
FROM jobs AS j
WHERE TRUE

-- name: and_owner
AND j.owner = :owner

-- name: and_job_type
AND j.job_type = :job_type

-- name: and_from
AND j.submitted_at >= :submitted_from

-- name: and_to
AND j.submitted_at <= :submitted_to

-- name: and_after
AND j.id > :after

-- name: and_before
AND j.id < :after

-- name: oldest_first
ORDER BY j.id
LIMIT :limit OFFSET :offset

-- name: newest_first
ORDER BY j.id DESC
LIMIT :limit OFFSET :offset

-- name: by_job_status
GROUP BY j.status
