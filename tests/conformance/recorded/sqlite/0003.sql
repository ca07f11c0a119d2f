-- A job that is registered and waits for its upload, and the archive of one that ended.

INSERT INTO jobs (seq, id, owner, device_id, form, job_type, status, shots, name, description, priority,
    simulator_info, mitigation_info, created_at, moved_at, n_events, n_bytes, slot_priority) VALUES
    (10, '0199c0de-0000-7000-8000-000000000010', 'alice', 'SVSim', 'files', 'sampling', 'registered', 100, '', '', 5,
    '{}', '{}', 1767225601000000, 1767225601000000, 1, 0, 5);

INSERT INTO job_events (id, job_id, seq, owner, at, actor, target, detail) VALUES
    (24, '0199c0de-0000-7000-8000-000000000010', 1, 'alice', 1767225601000000, 'user', 'registered', '{}');

INSERT INTO registrations (job_id, at) VALUES
    ('0199c0de-0000-7000-8000-000000000010', 1767225601000000);

INSERT INTO objects (job_id, item, blob, size, attempt, at) VALUES
    ('0199c0de-0000-7000-8000-000000000002', 'result', 'b0', 7, 1, 1767225600000000);
