-- An announcement, and an address that may sign up.

INSERT INTO announcements (id, title, content, start_time, end_time, publishable, updated_at)
OVERRIDING SYSTEM VALUE VALUES
    (3, 'Cooling', 'SC is warm on Friday.', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', true, '2026-01-01T00:00:00Z');

SELECT setval(pg_get_serial_sequence('announcements', 'id'), 3);

INSERT INTO whitelist (id, email, group_id, display_name, organization, devices) OVERRIDING SYSTEM VALUE VALUES
    (2, 'carol@example.org', 'lab', 'Carol', 'Example', '["SVSim"]');

SELECT setval(pg_get_serial_sequence('whitelist', 'id'), 2);
