-- name: announcement_columns
a.id, a.title, a.content, a.start_time, a.end_time, a.publishable, a.updated_at

-- name: read_announcement
SELECT {announcement_columns} FROM announcements AS a WHERE a.id = :id;

-- name: lock_announcement
SELECT {announcement_columns} FROM announcements AS a WHERE a.id = :id;

-- name: from_announcements
FROM announcements AS a
WHERE TRUE

-- name: and_publishable
AND a.publishable

-- name: and_current
AND a.start_time <= :current AND a.end_time >= :current

-- name: earliest_first
ORDER BY a.start_time, a.id

-- name: latest_first
ORDER BY a.start_time DESC, a.id DESC

-- name: insert_announcement
INSERT INTO announcements (title, content, start_time, end_time, publishable, updated_at)
VALUES (:title, :content, :start_time, :end_time, :publishable, :updated_at)
RETURNING id;

-- name: update_announcement
UPDATE announcements
SET title = :title, content = :content, start_time = :start_time, end_time = :end_time,
    publishable = :publishable, updated_at = :updated_at
WHERE id = :id;

-- name: delete_announcement
DELETE FROM announcements WHERE id = :id RETURNING id;
