-- Calibrations named by their contents. Those of before keep the names of their rows: only a program
-- can work out a content's name.

ALTER TABLE calibrations RENAME TO calibrations_before;
DROP INDEX calibrations_by_device;

CREATE TABLE calibrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    calibration_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    calibrated_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    n_qubits INTEGER,
    n_couplings INTEGER,
    medians TEXT NOT NULL,
    device_info TEXT NOT NULL
) STRICT;

INSERT INTO calibrations (id, calibration_id, device_id, calibrated_at, received_at, medians, device_info)
SELECT id, 'row-' || id, device_id, calibrated_at, calibrated_at, '{}', device_info FROM calibrations_before;

DROP TABLE calibrations_before;

CREATE UNIQUE INDEX calibrations_by_name ON calibrations (device_id, calibration_id);
CREATE INDEX calibrations_by_time ON calibrations (device_id, calibrated_at, id);
