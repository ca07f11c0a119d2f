-- What version 0.1.0 wrote: jobs in every status, and all that belongs to them.
-- Numbers of transactions are this server's own.

INSERT INTO meta (key, value) VALUES
    ('events_pruned_to', '1-1');

INSERT INTO jobs (seq, id, owner, device_id, form, job_type, status, shots, name, description, priority, attempt, losses, transpiler_info, simulator_info, mitigation_info, execution_time_s, created_at, submitted_at, ready_at, running_at, ended_at, moved_at, lease_lost, report_hash, n_events, n_bytes, slot_priority, slot_rank, slot_seq) OVERRIDING SYSTEM VALUE VALUES
    (1, '0199c0de-0000-7000-8000-000000000001', 'alice', 'SVSim', 'text', 'sampling', 'running', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.001000+00:00', '2026-01-01T00:00:00.001000+00:00', '2026-01-01T00:00:00.002000+00:00', '2026-01-01T00:00:00.003000+00:00', NULL, '2026-01-01T00:00:00.003000+00:00', false, '\x7374617274', 3, 23, 5, 0.0, 1),
    (2, '0199c0de-0000-7000-8000-000000000002', 'alice', 'SVSim', 'text', 'sampling', 'succeeded', 100, 'done', '', 5, 1, 0, NULL, '{}', '{}', 0.25, '2026-01-01T00:00:00.004000+00:00', '2026-01-01T00:00:00.004000+00:00', '2026-01-01T00:00:00.005000+00:00', '2026-01-01T00:00:00.006000+00:00', '2026-01-01T00:00:00.007000+00:00', '2026-01-01T00:00:00.007000+00:00', false, '\x73756363656564', 4, 23, 5, 0.0, 2),
    (3, '0199c0de-0000-7000-8000-000000000003', 'alice', 'SVSim', 'text', 'sampling', 'failed', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.008000+00:00', '2026-01-01T00:00:00.008000+00:00', '2026-01-01T00:00:00.009000+00:00', NULL, '2026-01-01T00:00:00.010000+00:00', '2026-01-01T00:00:00.010000+00:00', false, '\x6661696c', 3, 23, 5, 0.0, 3),
    (4, '0199c0de-0000-7000-8000-000000000004', 'alice', 'SVSim', 'text', 'sampling', 'cancelled', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.011000+00:00', '2026-01-01T00:00:00.011000+00:00', '2026-01-01T00:00:00.012000+00:00', NULL, '2026-01-01T00:00:00.013000+00:00', '2026-01-01T00:00:00.013000+00:00', false, NULL, 3, 23, 5, 0.0, 4),
    (5, '0199c0de-0000-7000-8000-000000000005', 'alice', 'SVSim', 'text', 'sampling', 'ready', 100, '', '', 5, 1, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.014000+00:00', '2026-01-01T00:00:00.014000+00:00', '2026-01-01T00:00:00.015000+00:00', NULL, NULL, '2026-01-01T00:00:00.015000+00:00', false, NULL, 2, 23, 5, 0.0, 5),
    (8, '0199c0de-0000-7000-8000-000000000008', 'alice', 'SVSim', 'text', 'sampling', 'submitted', 100, '', 'ü
''x''\', 5, 0, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.022000+00:00', '2026-01-01T00:00:00.022000+00:00', NULL, NULL, NULL, '2026-01-01T00:00:00.022000+00:00', false, NULL, 1, 42, 5, 0.0, NULL),
    (9, '0199c0de-0000-7000-8000-000000000009', 'bob', 'SC', 'text', 'sampling', 'submitted', 100, '', '', 5, 0, 0, NULL, '{}', '{}', NULL, '2026-01-01T00:00:00.023000+00:00', '2026-01-01T00:00:00.023000+00:00', NULL, NULL, NULL, '2026-01-01T00:00:00.023000+00:00', false, NULL, 1, 23, 5, 0.0, NULL);

SELECT setval(pg_get_serial_sequence('jobs', 'seq'), 9);

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
    ('SVSim', 5, 0.0, 8, '0199c0de-0000-7000-8000-000000000008', 'alice', 5, 8),
    ('SC', 5, 0.0, 9, '0199c0de-0000-7000-8000-000000000009', 'bob', 5, 9);

INSERT INTO leases (job_id, attempt, device_id, worker, ttl_s, beat) VALUES
    ('0199c0de-0000-7000-8000-000000000001', 1, 'SVSim', 'w1', 10.0, 0),
    ('0199c0de-0000-7000-8000-000000000005', 1, 'SVSim', 'w1', 10.0, 0);

INSERT INTO unexplained (device_id, job_id) VALUES
    ('SVSim', '0199c0de-0000-7000-8000-000000000004');

INSERT INTO job_events (id, job_id, seq, owner, at, actor, source, target, detail) OVERRIDING SYSTEM VALUE VALUES
    (1, '0199c0de-0000-7000-8000-000000000001', 1, 'alice', '2026-01-01T00:00:00.001000+00:00', 'user', NULL, 'submitted', '{}'),
    (2, '0199c0de-0000-7000-8000-000000000001', 2, 'alice', '2026-01-01T00:00:00.002000+00:00', 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (3, '0199c0de-0000-7000-8000-000000000001', 3, 'alice', '2026-01-01T00:00:00.003000+00:00', 'provider', 'ready', 'running', '{"attempt":1}'),
    (4, '0199c0de-0000-7000-8000-000000000002', 1, 'alice', '2026-01-01T00:00:00.004000+00:00', 'user', NULL, 'submitted', '{}'),
    (5, '0199c0de-0000-7000-8000-000000000002', 2, 'alice', '2026-01-01T00:00:00.005000+00:00', 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (6, '0199c0de-0000-7000-8000-000000000002', 3, 'alice', '2026-01-01T00:00:00.006000+00:00', 'provider', 'ready', 'running', '{"attempt":1}'),
    (7, '0199c0de-0000-7000-8000-000000000002', 4, 'alice', '2026-01-01T00:00:00.007000+00:00', 'provider', 'running', 'succeeded', '{"attempt":1}'),
    (8, '0199c0de-0000-7000-8000-000000000003', 1, 'alice', '2026-01-01T00:00:00.008000+00:00', 'user', NULL, 'submitted', '{}'),
    (9, '0199c0de-0000-7000-8000-000000000003', 2, 'alice', '2026-01-01T00:00:00.009000+00:00', 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (10, '0199c0de-0000-7000-8000-000000000003', 3, 'alice', '2026-01-01T00:00:00.010000+00:00', 'provider', 'ready', 'failed', '{"attempt":1}'),
    (11, '0199c0de-0000-7000-8000-000000000004', 1, 'alice', '2026-01-01T00:00:00.011000+00:00', 'user', NULL, 'submitted', '{}'),
    (12, '0199c0de-0000-7000-8000-000000000004', 2, 'alice', '2026-01-01T00:00:00.012000+00:00', 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (13, '0199c0de-0000-7000-8000-000000000004', 3, 'alice', '2026-01-01T00:00:00.013000+00:00', 'user', 'ready', 'cancelled', '{}'),
    (14, '0199c0de-0000-7000-8000-000000000005', 1, 'alice', '2026-01-01T00:00:00.014000+00:00', 'user', NULL, 'submitted', '{}'),
    (15, '0199c0de-0000-7000-8000-000000000005', 2, 'alice', '2026-01-01T00:00:00.015000+00:00', 'provider', 'submitted', 'ready', '{"attempt":1,"worker":"w1"}'),
    (21, '0199c0de-0000-7000-8000-000000000007', 3, 'alice', '2026-01-01T00:00:00.021000+00:00', 'user', 'cancelled', NULL, '{}'),
    (22, '0199c0de-0000-7000-8000-000000000008', 1, 'alice', '2026-01-01T00:00:00.022000+00:00', 'user', NULL, 'submitted', '{}'),
    (23, '0199c0de-0000-7000-8000-000000000009', 1, 'bob', '2026-01-01T00:00:00.023000+00:00', 'user', NULL, 'submitted', '{}');

SELECT setval(pg_get_serial_sequence('job_events', 'id'), 23);

INSERT INTO devices (id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info, calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at) VALUES
    ('SVSim', 'simulator', 'available', NULL, NULL, '[]', '[]', NULL, NULL, '', 'requeue', NULL, NULL),
    ('SC', 'QPU', 'available', NULL, 2, '[]', '[]', '{"couplings": [[0, 1]]}', '2026-01-01T00:00:00+00:00', 'a QPU', 'fail', NULL, NULL);

INSERT INTO calibrations (id, device_id, calibrated_at, device_info) OVERRIDING SYSTEM VALUE VALUES
    (1, 'SC', '2026-01-01T00:00:00+00:00', '{"couplings": [[0, 1]]}');

SELECT setval(pg_get_serial_sequence('calibrations', 'id'), 1);

INSERT INTO users (id, email, display_name, organization, group_id, status, devices, may_prioritise, created_at) VALUES
    ('alice', '', '', '', '', 'approved', NULL, false, '2026-01-01T00:00:00+00:00'),
    ('bob', 'bob@example.org', 'Bob', '', '', 'approved', NULL, false, '2026-01-01T00:00:00+00:00');

INSERT INTO tokens (id, secret_hash, role, name, owner, devices, expires_at, created_at) VALUES
    ('t1', '\x0101010101010101010101010101010101010101010101010101010101010101', 'user', 'laptop', 'alice', '[]', NULL, '2026-01-01T00:00:00+00:00');

INSERT INTO idempotency (owner, route, key, body_hash, answer, at) VALUES
    ('alice', 'POST /jobs', 'k', '\x626f6479', '\x616e73776572', '2026-01-01T00:00:00.022000+00:00');

INSERT INTO audit (id, at, who, action, subject, before, after) OVERRIDING SYSTEM VALUE VALUES
    (1, '2026-01-01T00:00:00+00:00', 'root', 'test', 'it', NULL, NULL),
    (2, '2026-01-01T00:00:00+00:00', 'root', 'test', 'it', NULL, NULL),
    (3, '2026-01-01T00:00:00+00:00', 'root', 'test', 'it', NULL, NULL),
    (4, '2026-01-01T00:00:00+00:00', 'root', 'test', 'it', NULL, NULL),
    (5, '2026-01-01T00:00:00+00:00', 'root', 'test', 'it', NULL, NULL);

SELECT setval(pg_get_serial_sequence('audit', 'id'), 5);
