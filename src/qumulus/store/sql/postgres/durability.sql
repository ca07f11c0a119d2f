-- name: unsafe_settings
-- With one of these off, a commit that was acknowledged may be gone after a power cut.
SELECT name
FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes']) WITH ORDINALITY AS asked (name, place)
WHERE current_setting(name) = 'off';
