-- name: insert_calibration
-- The same document of the same time is kept once.
INSERT INTO calibrations (
    calibration_id, device_id, calibrated_at, received_at, n_qubits, n_couplings, medians, device_info
)
VALUES (
    :calibration_id, :device_id, :calibrated_at, :received_at, :n_qubits, :n_couplings, :medians, :device_info
)
ON CONFLICT (device_id, calibration_id) DO NOTHING;

-- name: read_calibration
SELECT
    id, calibration_id, device_id, calibrated_at, received_at, n_qubits, n_couplings, medians, device_info
FROM calibrations
WHERE device_id = :device_id AND calibration_id = :calibration_id;

-- name: read_history
SELECT
    id, calibration_id, device_id, calibrated_at, received_at, n_qubits, n_couplings, medians, device_info
FROM calibrations
WHERE id = :id;

-- name: delete_calibration
DELETE FROM calibrations WHERE id = :id RETURNING device_id;

-- name: delete_calibrations
-- Each device keeps its newest, however old.
DELETE FROM calibrations
WHERE calibrated_at < :before AND EXISTS (
    SELECT 1 FROM calibrations AS newer
    WHERE newer.device_id = calibrations.device_id AND newer.calibrated_at > calibrations.calibrated_at
)
RETURNING id;
