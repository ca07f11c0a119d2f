-- An announcement, and an address that may sign up.

INSERT INTO announcements (id, title, content, start_time, end_time, publishable, updated_at) VALUES
    (3, 'Cooling', 'SC is warm on Friday.', 1767225600000000, 1767312000000000, 1, 1767225600000000);

INSERT INTO whitelist (id, email, group_id, display_name, organization, devices) VALUES
    (2, 'carol@example.org', 'lab', 'Carol', 'Example', '["SVSim"]');
