-- name: stored_columns
-- All that another server can be given: transactions have other numbers there.
SELECT c.table_name::text AS table_name, c.column_name::text AS column_name
FROM information_schema.columns AS c
WHERE c.table_schema = current_schema() AND c.table_name = ANY(:tables::text[])
    AND c.data_type <> 'xid8' AND c.is_generated = 'NEVER'
ORDER BY c.table_name, c.ordinal_position;

-- name: stored_sequences
SELECT c.table_name || '.' || c.column_name AS place, pg_sequence_last_value(
    pg_get_serial_sequence(quote_ident(c.table_name), c.column_name)::regclass
) AS last
FROM information_schema.columns AS c
WHERE c.table_schema = current_schema() AND c.table_name = ANY(:tables::text[]) AND c.is_identity = 'YES';

-- name: set_sequence
SELECT setval(pg_get_serial_sequence(quote_ident(:table_name::text), :column_name::text)::regclass, :last::bigint)
    AS last;

-- name: clouds_at_work
SELECT count(*) AS n_clouds FROM pg_stat_activity
WHERE datname = current_database() AND application_name IN ('qumulus', 'qumulus bell')
    AND pid <> pg_backend_pid();

-- name: mend_events
-- Readers would wait for transactions whose numbers this server has not given yet.
UPDATE job_events SET tx = pg_current_xact_id() WHERE tx > pg_current_xact_id();

-- name: mend_jobs
UPDATE jobs SET event_tx = pg_current_xact_id() WHERE event_tx > pg_current_xact_id();
