-- Calibrations named by their contents. Those of before keep the names of their rows: only a program
-- can work out a content's name.

ALTER TABLE calibrations
    ADD COLUMN calibration_id text COLLATE "C",
    ADD COLUMN received_at timestamptz,
    ADD COLUMN n_qubits bigint,
    ADD COLUMN n_couplings bigint,
    ADD COLUMN medians text NOT NULL DEFAULT '{}';

UPDATE calibrations SET calibration_id = 'row-' || id, received_at = calibrated_at;

ALTER TABLE calibrations
    ALTER COLUMN calibration_id SET NOT NULL,
    ALTER COLUMN received_at SET NOT NULL,
    ALTER COLUMN medians DROP DEFAULT;

DROP INDEX calibrations_by_device;
CREATE UNIQUE INDEX calibrations_by_name ON calibrations (device_id, calibration_id);
CREATE INDEX calibrations_by_time ON calibrations (device_id, calibrated_at, id);
