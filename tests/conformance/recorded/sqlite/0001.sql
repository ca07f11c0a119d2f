-- What version 0.1.0 wrote: jobs in every status, and all that belongs to them.

INSERT INTO meta (key, value) VALUES
    ('events_pruned_to', '0-18');

INSERT INTO jobs (seq, id, owner, device_id, form, job_type, status, shots, name, description, priority, attempt, losses, transpiler_info, simulator_info, mitigation_info, execution_time_s, created_at, submitted_at, ready_at, running_at, ended_at, moved_at, lease_lost, report_hash, n_events, n_bytes, slot_priority, slot_rank, slot_seq) VALUES
    (1, '0199c0de-0000-7000-8000-000000000001', 'alice', 'SVSim', 'text', 'sampling', 'running', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, 1767225600001000, 1767225600001000, 1767225600002000, 1767225600003000, NULL, 1767225600003000, 0, X'7374617274', 3, 23, 5, 0.0, 1),
    (2, '0199c0de-0000-7000-8000-000000000002', 'alice', 'SVSim', 'text', 'sampling', 'succeeded', 100, 'done', '', 5, 1, 0, NULL, '{}', '{}', 0.25, 1767225600004000, 1767225600004000, 1767225600005000, 1767225600006000, 1767225600007000, 1767225600007000, 0, X'73756363656564', 4, 23, 5, 0.0, 2),
    (3, '0199c0de-0000-7000-8000-000000000003', 'alice', 'SVSim', 'text', 'sampling', 'failed', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, 1767225600008000, 1767225600008000, 1767225600009000, NULL, 1767225600010000, 1767225600010000, 0, X'6661696c', 3, 23, 5, 0.0, 3),
    (4, '0199c0de-0000-7000-8000-000000000004', 'alice', 'SVSim', 'text', 'sampling', 'cancelled', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, 1767225600011000, 1767225600011000, 1767225600012000, NULL, 1767225600013000, 1767225600013000, 0, NULL, 3, 23, 5, 0.0, 4),
    (5, '0199c0de-0000-7000-8000-000000000005', 'alice', 'SVSim', 'text', 'sampling', 'ready', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, 1767225600014000, 1767225600014000, 1767225600015000, NULL, NULL, 1767225600015000, 0, NULL, 2, 23, 5, 0.0, 5),
    (8, '0199c0de-0000-7000-8000-000000000008', 'alice', 'SVSim', 'text', 'sampling', 'submitted', 100, '', 'ü
''x''\', 5, 0, 0, NULL, '{}', '{}', NULL, 1767225600022000, 1767225600022000, NULL, NULL, NULL, 1767225600022000, 0, NULL, 1, 42, 5, 0.0, NULL),
    (9, '0199c0de-0000-7000-8000-000000000009', 'bob', 'SC', 'text', 'sampling', 'submitted', 100, '', '', 5, 0, 0, NULL, '{}', '{}', NULL, 1767225600023000, 1767225600023000, NULL, NULL, NULL, 1767225600023000, 0, NULL, 1, 23, 5, 0.0, NULL);

INSERT INTO inputs (job_id, form, body) VALUES
    ('0199c0de-0000-7000-8000-000000000001', 'text', '{"code": "OPENQASM 3;"}'),
    ('0199c0de-0000-7000-8000-000000000002', 'text', '{"code": "OPENQASM 3;"}'),
    ('0199c0de-0000-7000-8000-000000000003', 'text', '{"code": "OPENQASM 3;"}'),
    ('0199c0de-0000-7000-8000-000000000004', 'text', '{"code": "OPENQASM 3;"}'),
    ('0199c0de-0000-7000-8000-000000000005', 'text', '{"code": "OPENQASM 3;"}'),
    ('0199c0de-0000-7000-8000-000000000008', 'text', '{"code": "OPENQASM 3; // \u00fc ''quoted''"}'),
    ('0199c0de-0000-7000-8000-000000000009', 'text', '{"code": "OPENQASM 3;"}');

INSERT INTO outputs (job_id, key, body) VALUES
    ('0199c0de-0000-7000-8000-000000000002', 'result', '{"sampling": {"counts": {"00": 100}}}'),
    ('0199c0de-0000-7000-8000-000000000003', 'message', '"no"');

INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth) VALUES
    ('SC', 5, 0.0, 9, '0199c0de-0000-7000-8000-000000000009', 'bob', 5, 9),
    ('SVSim', 5, 0.0, 8, '0199c0de-0000-7000-8000-000000000008', 'alice', 5, 8);

INSERT INTO leases (job_id, attempt, device_id, worker, ttl_s, beat) VALUES
    ('0199c0de-0000-7000-8000-000000000001', 1, 'SVSim', 'w1', 10.0, 0),
    ('0199c0de-0000-7000-8000-000000000005', 1, 'SVSim', 'w1', 10.0, 0);

INSERT INTO unexplained (device_id, job_id) VALUES
    ('SVSim', '0199c0de-0000-7000-8000-000000000004');

INSERT INTO job_events (id, job_id, seq, owner, at, actor, source, target, detail) VALUES
    (1, '0199c0de-0000-7000-8000-000000000001', 1, 'alice', 1767225600001000, 'user', NULL, 'submitted', '{}'),
    (2, '0199c0de-0000-7000-8000-000000000001', 2, 'alice', 1767225600002000, 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (3, '0199c0de-0000-7000-8000-000000000001', 3, 'alice', 1767225600003000, 'provider', 'ready', 'running', '{"attempt":1}'),
    (4, '0199c0de-0000-7000-8000-000000000002', 1, 'alice', 1767225600004000, 'user', NULL, 'submitted', '{}'),
    (5, '0199c0de-0000-7000-8000-000000000002', 2, 'alice', 1767225600005000, 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (6, '0199c0de-0000-7000-8000-000000000002', 3, 'alice', 1767225600006000, 'provider', 'ready', 'running', '{"attempt":1}'),
    (7, '0199c0de-0000-7000-8000-000000000002', 4, 'alice', 1767225600007000, 'provider', 'running', 'succeeded', '{"attempt":1}'),
    (8, '0199c0de-0000-7000-8000-000000000003', 1, 'alice', 1767225600008000, 'user', NULL, 'submitted', '{}'),
    (9, '0199c0de-0000-7000-8000-000000000003', 2, 'alice', 1767225600009000, 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (10, '0199c0de-0000-7000-8000-000000000003', 3, 'alice', 1767225600010000, 'provider', 'ready', 'failed', '{"attempt":1}'),
    (11, '0199c0de-0000-7000-8000-000000000004', 1, 'alice', 1767225600011000, 'user', NULL, 'submitted', '{}'),
    (12, '0199c0de-0000-7000-8000-000000000004', 2, 'alice', 1767225600012000, 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (13, '0199c0de-0000-7000-8000-000000000004', 3, 'alice', 1767225600013000, 'user', 'ready', 'cancelled', '{}'),
    (14, '0199c0de-0000-7000-8000-000000000005', 1, 'alice', 1767225600014000, 'user', NULL, 'submitted', '{}'),
    (15, '0199c0de-0000-7000-8000-000000000005', 2, 'alice', 1767225600015000, 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (21, '0199c0de-0000-7000-8000-000000000007', 3, 'alice', 1767225600021000, 'user', 'cancelled', NULL, '{}'),
    (22, '0199c0de-0000-7000-8000-000000000008', 1, 'alice', 1767225600022000, 'user', NULL, 'submitted', '{}'),
    (23, '0199c0de-0000-7000-8000-000000000009', 1, 'bob', 1767225600023000, 'user', NULL, 'submitted', '{}');

INSERT INTO devices (id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info, calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at) VALUES
    ('SVSim', 'simulator', 'available', NULL, NULL, '[]', '[]', NULL, NULL, '', 'requeue', NULL, NULL),
    ('SC', 'QPU', 'available', NULL, 2, '[]', '[]', '{"couplings": [[0, 1]]}', 1767225600000000, 'a QPU', 'fail', NULL, NULL);

INSERT INTO calibrations (id, device_id, calibrated_at, device_info) VALUES
    (1, 'SC', 1767225600000000, '{"couplings": [[0, 1]]}');

INSERT INTO users (id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at) VALUES
    ('alice', '', '', '', '', 'approved', NULL, 0, 1767225600000000),
    ('bob', 'bob@example.org', 'Bob', '', '', 'approved', NULL, 0, 1767225600000000);

INSERT INTO tokens (id, secret_hash, role, name, owner, devices, expires_at, created_at) VALUES
    ('t1', X'0101010101010101010101010101010101010101010101010101010101010101', 'user', 'laptop', 'alice', '[]', NULL, 1767225600000000);

INSERT INTO idempotency (owner, route, key, body_hash, answer, at) VALUES
    ('alice', 'POST /jobs', 'k', X'626f6479', X'616e73776572', 1767225600022000);

INSERT INTO audit (id, at, who, action, subject, before, after) VALUES
    (1, 1767225600000000, 'root', 'test', 'it', NULL, NULL),
    (2, 1767225600000000, 'root', 'test', 'it', NULL, NULL),
    (3, 1767225600000000, 'root', 'test', 'it', NULL, NULL),
    (4, 1767225600000000, 'root', 'test', 'it', NULL, NULL),
    (5, 1767225600000000, 'root', 'test', 'it', NULL, NULL);

UPDATE sqlite_sequence SET seq = 5 WHERE name = 'audit';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'calibrations';
UPDATE sqlite_sequence SET seq = 9 WHERE name = 'jobs';
UPDATE sqlite_sequence SET seq = 23 WHERE name = 'job_events';
