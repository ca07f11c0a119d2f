-- name: user_columns
u.id, u.email, u.display_name, u.organization, u.group_id, u.status, u.devices, u.may_prioritise, u.created_at

-- name: read_user
SELECT id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at
FROM users
WHERE id = :id;

-- name: from_users
FROM users AS u
WHERE TRUE

-- name: and_user_id
AND u.id = :user_id

-- name: and_email
AND u.email = :email

-- name: and_display_name
AND u.display_name = :display_name

-- name: and_organization
AND u.organization = :organization

-- name: and_group_id
AND u.group_id = :group_id

-- name: and_user_status
AND u.status = :status

-- name: page
LIMIT :limit OFFSET :offset

-- name: by_id
ORDER BY u.id

-- name: by_id_down
ORDER BY u.id DESC

-- name: by_email
ORDER BY u.email, u.id

-- name: by_email_down
ORDER BY u.email DESC, u.id DESC

-- name: by_display_name
ORDER BY u.display_name, u.id

-- name: by_display_name_down
ORDER BY u.display_name DESC, u.id DESC

-- name: by_organization
ORDER BY u.organization, u.id

-- name: by_organization_down
ORDER BY u.organization DESC, u.id DESC

-- name: by_group_id
ORDER BY u.group_id, u.id

-- name: by_group_id_down
ORDER BY u.group_id DESC, u.id DESC

-- name: by_status
ORDER BY u.status, u.id

-- name: by_status_down
ORDER BY u.status DESC, u.id DESC

-- name: by_created_at
ORDER BY u.created_at, u.id

-- name: by_created_at_down
ORDER BY u.created_at DESC, u.id DESC

-- name: insert_user
INSERT INTO users (
    id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at
)
VALUES (
    :id, :email, :display_name, :organization, :group_id, :status, :devices, :may_prioritise, :created_at
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: update_user
UPDATE users
SET email = :email, display_name = :display_name, organization = :organization, group_id = :group_id,
    status = :status, devices = :devices, may_prioritise = :may_prioritise, created_at = :created_at
WHERE id = :id;

-- name: delete_user
DELETE FROM users WHERE id = :id;

-- name: user_has_unfinished
SELECT 1 AS found FROM jobs WHERE owner = :id AND ended_at IS NULL LIMIT 1;

-- name: user_has_jobs
SELECT 1 AS found FROM jobs WHERE owner = :id LIMIT 1;

-- name: delete_outputs_of
DELETE FROM outputs WHERE job_id IN (SELECT id FROM jobs WHERE owner = :id AND {is_old});

-- name: delete_inputs_of
DELETE FROM inputs WHERE job_id IN (SELECT id FROM jobs WHERE owner = :id AND {is_old});

-- name: delete_unexplained_of
DELETE FROM unexplained WHERE job_id IN (SELECT id FROM jobs WHERE owner = :id AND {is_old});

-- name: delete_events_of
DELETE FROM job_events WHERE owner = :id;

-- name: delete_keys_of
DELETE FROM idempotency WHERE owner = :id;

-- name: delete_jobs_of
DELETE FROM jobs WHERE owner = :id AND {is_old};

-- name: delete_tokens_of
DELETE FROM tokens WHERE owner = :id;

-- name: token_columns
t.id, t.secret_hash, t.role, t.name, t.owner, t.devices, t.expires_at, t.created_at, t.kind, t.scope, t.used_at, t.agent, t.opened_by

-- name: read_token
SELECT id, secret_hash, role, name, owner, devices, expires_at, created_at, kind, scope, used_at, agent, opened_by
FROM tokens
WHERE id = :id;

-- name: from_tokens
FROM tokens AS t
WHERE TRUE

-- name: and_token_owner
AND t.owner = :owner

-- name: and_token_role
AND t.role = :role

-- name: count_tokens
-- Asked once the owner is locked.
SELECT count(*) AS n_tokens FROM tokens WHERE owner = :owner AND kind = 'token';

-- name: oldest_tokens_first
ORDER BY t.created_at, t.id

-- name: insert_token
INSERT INTO tokens
    (id, secret_hash, role, name, owner, devices, expires_at, created_at, kind, scope, used_at, agent, opened_by)
VALUES (
    :id, :secret_hash, :role, :name, :owner, :devices, :expires_at, :created_at, :kind, :scope, :used_at, :agent,
    :opened_by
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: note_token_use
UPDATE tokens SET used_at = :at WHERE id = :id RETURNING id;

-- name: delete_ended_sessions
DELETE FROM tokens WHERE kind <> 'token' AND expires_at < :before RETURNING id;

-- name: and_token_kind
AND t.kind = :kind

-- name: delete_token
-- With the sessions and links that it opened, and those that they opened.
DELETE FROM tokens WHERE id IN (
    WITH RECURSIVE opened AS (
        SELECT t.id FROM tokens AS t WHERE t.id = :id
        UNION
        SELECT t.id FROM tokens AS t INNER JOIN opened AS o ON t.opened_by = o.id
    )
    SELECT id FROM opened
)
RETURNING id;

-- name: insert_audit
INSERT INTO audit (at, who, action, subject, before, after)
VALUES (:at, :who, :action, :subject, :before, :after);

-- name: delete_audits
DELETE FROM audit WHERE at < :before RETURNING id;

-- name: read_audit
SELECT id, at, who, action, subject, before, after FROM audit
WHERE id < :before
ORDER BY id DESC
LIMIT :limit;
