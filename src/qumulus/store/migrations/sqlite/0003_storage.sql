-- Registered jobs that wait for their submit, and the archives that were uploaded for jobs.

CREATE TABLE registrations (
    job_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE objects (
    job_id TEXT NOT NULL,
    item TEXT NOT NULL CHECK (item IN ('input', 'combined_program', 'transpile_result', 'result', 'sse_log')),
    blob TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    at INTEGER NOT NULL,
    PRIMARY KEY (job_id, item)
) STRICT, WITHOUT ROWID;
