import { Link } from "@tanstack/react-router";
import type { Device } from "@/api/client";
import { span } from "@/format/time";
import { useSay } from "@/i18n/language";
import { StatusBadge } from "./status";
import "./device-card.css";

/** A shorter wait is none; with jobs in line nothing is said of it, for "none" would sound wrong. */
const SHORT_S = 0.5;

export function DeviceCard({ device }: { device: Device }) {
  const say = useSay();
  const wait = device.expected_wait;
  const isShort = wait !== null && wait < SHORT_S;
  const isTold = wait !== null && !(isShort && device.n_pending_jobs > 0);
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: device.device_id }} className="card device-card">
      <span className="device-head">
        <strong>{device.device_id}</strong>
        <StatusBadge status={device.status} />
      </span>
      <span className="soft">{device.description}</span>
      <span className="device-facts number">
        {device.n_qubits === null ? null : <span>{say("device.qubits", { count: device.n_qubits })}</span>}
        <span>{say("device.waiting", { count: device.n_pending_jobs })}</span>
        {isTold ? (
          <span>{isShort ? say("device.noWait") : say("device.wait", { time: span(wait) })}</span>
        ) : null}
      </span>
    </Link>
  );
}
