-- What operators tell their users, and who may sign up.

CREATE TABLE announcements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    content text NOT NULL,
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    publishable boolean NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX announcements_by_start ON announcements (start_time, id);

CREATE TABLE whitelist (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text COLLATE "C" NOT NULL UNIQUE,
    group_id text NOT NULL,
    display_name text NOT NULL,
    organization text NOT NULL,
    devices text
);

CREATE INDEX users_by_email ON users (email COLLATE "C");
