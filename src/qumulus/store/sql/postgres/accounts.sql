-- name: lock_user
SELECT id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at
FROM users
WHERE id = :id
FOR UPDATE;

-- name: insert_audits
INSERT INTO audit (at, who, action, subject, before, after)
SELECT *
FROM unnest(
    :at::timestamptz[], :who::text[], :action::text[], :subject::text[], :before::text[], :after::text[]
);
