-- Registered jobs that wait for their submit, and the archives that were uploaded for jobs.

CREATE TABLE registrations (
    job_id text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE TABLE objects (
    job_id text COLLATE "C" NOT NULL,
    item text NOT NULL CHECK (item IN ('input', 'combined_program', 'transpile_result', 'result', 'sse_log')),
    blob text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    attempt integer NOT NULL CHECK (attempt >= 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (job_id, item)
);
