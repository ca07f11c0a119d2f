-- name: read_devices
SELECT
    id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info,
    calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at, is_held, max_shots
FROM devices
ORDER BY id;

-- name: insert_device
INSERT INTO devices (
    id, device_type, status, available_at, n_qubits, basis_gates, supported_instructions, device_info,
    calibrated_at, description, on_lost_lease, claim_timeout_s, seen_at, is_held, max_shots
)
VALUES (
    :id, :device_type, :status, :available_at, :n_qubits, :basis_gates, :supported_instructions, :device_info,
    :calibrated_at, :description, :on_lost_lease, :claim_timeout_s, :seen_at, :is_held, :max_shots
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: update_device
UPDATE devices
SET device_type = :device_type, status = :status, available_at = :available_at, n_qubits = :n_qubits,
    basis_gates = :basis_gates, supported_instructions = :supported_instructions, device_info = :device_info,
    calibrated_at = :calibrated_at, description = :description, on_lost_lease = :on_lost_lease,
    claim_timeout_s = :claim_timeout_s, seen_at = :seen_at, is_held = :is_held, max_shots = :max_shots
WHERE id = :id;

-- name: delete_device
DELETE FROM devices WHERE id = :id RETURNING id;

-- name: device_has_unfinished
SELECT 1 AS found FROM queue WHERE device_id = :id
UNION ALL
SELECT 1 FROM leases WHERE device_id = :id
LIMIT 1;
