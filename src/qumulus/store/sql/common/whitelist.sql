-- name: whitelist_columns
w.id, w.email, w.group_id, w.display_name, w.organization, w.devices, {has_account} AS has_account

-- name: has_account
(EXISTS (SELECT 1 FROM users AS u WHERE u.email = w.email) OR EXISTS (SELECT 1 FROM users AS u WHERE u.id = w.email))

-- name: from_whitelist
FROM whitelist AS w
WHERE TRUE

-- name: and_whitelist_email
AND w.email = :email

-- name: and_whitelist_group_id
AND w.group_id = :group_id

-- name: and_whitelist_display_name
AND w.display_name = :display_name

-- name: and_whitelist_organization
AND w.organization = :organization

-- name: and_has_account
AND {has_account}

-- name: and_has_no_account
AND NOT {has_account}

-- name: whitelist_by_id
ORDER BY w.id

-- name: whitelist_by_id_down
ORDER BY w.id DESC

-- name: whitelist_by_email
ORDER BY w.email

-- name: whitelist_by_email_down
ORDER BY w.email DESC

-- name: whitelist_by_group_id
ORDER BY w.group_id, w.id

-- name: whitelist_by_group_id_down
ORDER BY w.group_id DESC, w.id DESC

-- name: whitelist_by_display_name
ORDER BY w.display_name, w.id

-- name: whitelist_by_display_name_down
ORDER BY w.display_name DESC, w.id DESC

-- name: whitelist_by_organization
ORDER BY w.organization, w.id

-- name: whitelist_by_organization_down
ORDER BY w.organization DESC, w.id DESC

-- name: whitelist_has
SELECT email FROM whitelist WHERE email = :email;

-- name: insert_whitelist
INSERT INTO whitelist (email, group_id, display_name, organization, devices)
VALUES (:email, :group_id, :display_name, :organization, :devices)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: delete_whitelist
DELETE FROM whitelist WHERE email = :email RETURNING id;
