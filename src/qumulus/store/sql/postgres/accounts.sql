-- name: lock_user
SELECT id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at
FROM users
WHERE id = :id
FOR UPDATE;

-- name: horizon
-- Tells the jobs that are there from those that others add or move in the midst of a removal.
SELECT pg_current_snapshot()::text AS horizon;

-- name: is_old
pg_visible_in_snapshot(event_tx, :horizon::text::pg_snapshot)

-- name: insert_audits
INSERT INTO audit (at, who, action, subject, before, after)
SELECT *
FROM unnest(
    :at::timestamptz[], :who::text[], :action::text[], :subject::text[], :before::text[], :after::text[]
);
