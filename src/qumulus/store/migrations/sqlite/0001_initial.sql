-- Times are microseconds since 1970, JSON is text, booleans are 0 and 1.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    device_id TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('text', 'object', 'files')),
    job_type TEXT NOT NULL CHECK (job_type IN ('sampling', 'estimation', 'multi_manual', 'sse')),
    status TEXT NOT NULL CHECK (
        status IN ('registered', 'submitted', 'ready', 'running', 'succeeded', 'failed', 'cancelled')
    ),
    shots INTEGER NOT NULL CHECK (shots > 0),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    priority INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    losses INTEGER NOT NULL DEFAULT 0 CHECK (losses >= 0),
    transpiler_info TEXT,
    simulator_info TEXT NOT NULL,
    mitigation_info TEXT NOT NULL,
    execution_time_s REAL,
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    ready_at INTEGER,
    running_at INTEGER,
    ended_at INTEGER,
    moved_at INTEGER NOT NULL,
    lease_lost INTEGER NOT NULL DEFAULT 0 CHECK (lease_lost IN (0, 1)),
    report_hash BLOB,
    n_events INTEGER NOT NULL,
    n_bytes INTEGER NOT NULL,
    slot_priority INTEGER NOT NULL,
    slot_rank REAL NOT NULL DEFAULT 0,
    slot_seq INTEGER,
    CONSTRAINT ended_when_final CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT submitted_when_past_it CHECK (status IN ('registered', 'cancelled') OR submitted_at IS NOT NULL),
    CONSTRAINT claimed_has_attempt CHECK (
        status NOT IN ('ready', 'running') OR (attempt > 0 AND ready_at IS NOT NULL)
    ),
    CONSTRAINT running_has_start CHECK (status <> 'running' OR running_at IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX jobs_by_owner ON jobs (owner, id);
CREATE UNIQUE INDEX jobs_by_device ON jobs (device_id, id);

CREATE TABLE inputs (
    job_id TEXT PRIMARY KEY,
    form TEXT NOT NULL CHECK (form IN ('text', 'object', 'files')),
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outputs (
    job_id TEXT NOT NULL,
    key TEXT NOT NULL CHECK (key NOT IN ('code', 'program', 'operator', 'parameters', 'sse_program')),
    body TEXT NOT NULL,
    PRIMARY KEY (job_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue (
    device_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    rank REAL NOT NULL,
    seq INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    own_priority INTEGER NOT NULL,
    birth INTEGER NOT NULL,
    PRIMARY KEY (device_id, priority, rank, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX queue_by_owner ON queue (device_id, owner, own_priority, birth);

-- Who holds a claimed job; without ttl_s the claim has no end.
CREATE TABLE leases (
    job_id TEXT PRIMARY KEY,
    attempt INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    worker TEXT NOT NULL,
    ttl_s REAL CHECK (ttl_s > 0),
    beat INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Cancelled while claimed, and the Provider has not written a reason yet.
CREATE TABLE unexplained (
    device_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (device_id, job_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    owner TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'provider', 'admin', 'cloud')),
    source TEXT CHECK (
        source IN ('registered', 'submitted', 'ready', 'running', 'succeeded', 'failed', 'cancelled')
    ),
    target TEXT CHECK (
        target IN ('registered', 'submitted', 'ready', 'running', 'succeeded', 'failed', 'cancelled')
    ),
    detail TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX job_events_by_job ON job_events (job_id, seq);
CREATE INDEX job_events_by_owner ON job_events (owner, id);
CREATE INDEX job_events_tombstones ON job_events (at) WHERE target IS NULL;

CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    device_type TEXT NOT NULL CHECK (device_type IN ('QPU', 'simulator')),
    status TEXT NOT NULL CHECK (status IN ('available', 'unavailable')),
    available_at INTEGER,
    n_qubits INTEGER,
    basis_gates TEXT NOT NULL,
    supported_instructions TEXT NOT NULL,
    device_info TEXT,
    calibrated_at INTEGER,
    description TEXT NOT NULL,
    on_lost_lease TEXT NOT NULL CHECK (on_lost_lease IN ('requeue', 'fail')),
    claim_timeout_s REAL,
    seen_at INTEGER
) STRICT;

CREATE TABLE calibrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL,
    calibrated_at INTEGER NOT NULL,
    device_info TEXT NOT NULL
) STRICT;

CREATE INDEX calibrations_by_device ON calibrations (device_id, id);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    organization TEXT NOT NULL,
    group_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('approved', 'unapproved', 'suspended')),
    devices TEXT,
    may_prioritise INTEGER NOT NULL CHECK (may_prioritise IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'provider', 'admin')),
    name TEXT NOT NULL,
    owner TEXT,
    devices TEXT NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
    owner TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner, route, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (at);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;
