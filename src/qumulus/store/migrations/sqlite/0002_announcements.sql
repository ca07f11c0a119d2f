-- What operators tell their users, and who may sign up.

CREATE TABLE announcements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    publishable INTEGER NOT NULL CHECK (publishable IN (0, 1)),
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX announcements_by_start ON announcements (start_time, id);

CREATE TABLE whitelist (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    group_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    organization TEXT NOT NULL,
    devices TEXT
) STRICT;

CREATE INDEX users_by_email ON users (email);
