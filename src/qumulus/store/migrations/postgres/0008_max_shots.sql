-- How many shots a job on the device may have; NULL: nobody said.

ALTER TABLE devices ADD COLUMN max_shots integer CHECK (max_shots > 0);
