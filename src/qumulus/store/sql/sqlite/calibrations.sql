-- name: list_calibrations
SELECT id, calibration_id, device_id, calibrated_at, received_at, n_qubits, n_couplings, medians
FROM calibrations
WHERE device_id IN (SELECT value FROM json_each(:devices))
    AND calibrated_at >= :since AND calibrated_at <= :until
    AND (calibrated_at, id) < (:before_at, :before_id)
ORDER BY calibrated_at DESC, id DESC
LIMIT :limit OFFSET :offset;

-- name: count_calibrations
SELECT count(*) AS total
FROM calibrations
WHERE device_id IN (SELECT value FROM json_each(:devices)) AND calibrated_at >= :since AND calibrated_at <= :until;
