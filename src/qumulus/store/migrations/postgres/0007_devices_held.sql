-- Which devices an operator took out of service: no Provider brings them back.

ALTER TABLE devices ADD COLUMN is_held boolean NOT NULL DEFAULT false;

CREATE INDEX audit_by_age ON audit (at);
