-- name: lock_announcement
SELECT {announcement_columns} FROM announcements AS a WHERE a.id = :id FOR UPDATE;
