-- Whose registrations wait for their submit: there is a limit for each user.

ALTER TABLE registrations ADD COLUMN owner text COLLATE "C" NOT NULL DEFAULT '';

UPDATE registrations SET owner = (SELECT j.owner FROM jobs AS j WHERE j.id = registrations.job_id);

CREATE INDEX registrations_by_owner ON registrations (owner);
