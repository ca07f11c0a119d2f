-- A job that is registered and waits for its upload, and the archive of one that ended.

INSERT INTO jobs (seq, id, owner, device_id, form, job_type, status, shots, name, description, priority,
    simulator_info, mitigation_info, created_at, moved_at, n_events, n_bytes, slot_priority)
OVERRIDING SYSTEM VALUE VALUES
    (10, '0199c0de-0000-7000-8000-000000000010', 'alice', 'SVSim', 'files', 'sampling', 'registered', 100, '', '', 5,
    '{}', '{}', '2026-01-01T00:00:01Z', '2026-01-01T00:00:01Z', 1, 0, 5);

INSERT INTO job_events (id, job_id, seq, owner, at, actor, target, detail) OVERRIDING SYSTEM VALUE VALUES
    (24, '0199c0de-0000-7000-8000-000000000010', 1, 'alice', '2026-01-01T00:00:01Z', 'user', 'registered', '{}');

SELECT setval(pg_get_serial_sequence('jobs', 'seq'), 10), setval(pg_get_serial_sequence('job_events', 'id'), 24);

INSERT INTO registrations (job_id, at) VALUES
    ('0199c0de-0000-7000-8000-000000000010', '2026-01-01T00:00:01Z');

INSERT INTO objects (job_id, item, blob, size, attempt, at) VALUES
    ('0199c0de-0000-7000-8000-000000000002', 'result', 'b0', 7, 1, '2026-01-01T00:00:00Z');
