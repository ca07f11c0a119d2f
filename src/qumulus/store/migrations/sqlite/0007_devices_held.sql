-- Which devices an operator took out of service: no Provider brings them back.

ALTER TABLE devices ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1));

CREATE INDEX audit_by_age ON audit (at);
