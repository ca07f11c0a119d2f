-- name: lock_user
SELECT id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at
FROM users
WHERE id = :id;

-- name: horizon
-- There is one writer, and it is here: no job is added or moved in the midst of a removal.
SELECT '' AS horizon;

-- name: is_old
:horizon = ''

-- name: insert_audits
INSERT INTO audit (at, who, action, subject, before, after)
VALUES (:at, :who, :action, :subject, :before, :after);
