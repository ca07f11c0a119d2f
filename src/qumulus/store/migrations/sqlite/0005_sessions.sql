-- Browsers sign in with sessions, which are tokens of a kind; tokens have a scope and a last use.

ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'token'
    CHECK (kind IN ('token', 'session', 'code'));
ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'read'));
ALTER TABLE tokens ADD COLUMN used_at INTEGER;
ALTER TABLE tokens ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN opened_by TEXT;

CREATE INDEX tokens_by_opener ON tokens (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX tokens_by_owner ON tokens (owner, created_at, id);
