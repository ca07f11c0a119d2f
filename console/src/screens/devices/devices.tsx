import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Device } from "@/api/client";
import { devices } from "@/api/queries";
import { usePageTitle } from "@/app/title";
import { median, pairsOf, readCalibration } from "@/format/calibration";
import { percent } from "@/format/quantity";
import { useOwnTexts } from "@/i18n/own";
import { useSay } from "@/i18n/language";
import { Snippet } from "@/parts/snippet";
import { Loaded, State } from "@/parts/states";
import { StatusBadge } from "@/parts/status";
import { Calibrated, Fact, Queue, Return, useNotedDepths, Wait } from "./facts";
import { TEXTS } from "./texts";
import "./devices.css";

export function DevicesScreen() {
  const say = useSay();
  usePageTitle(say("nav.devices"));
  const found = useQuery(devices);
  useNotedDepths(found.data, found.dataUpdatedAt);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{say("nav.devices")}</h1>
      </header>
      <Loaded query={found} rows={6}>
        {(shown) => (shown.length === 0 ? <NoDevice /> : <DeviceLines devices={shown} />)}
      </Loaded>
    </div>
  );
}

function NoDevice() {
  const text = useOwnTexts(TEXTS);
  return (
    <div className="card">
      <State title={text("none")}>
        <p>{text("none.text")}</p>
        <Snippet text="qumulus up" />
      </State>
    </div>
  );
}

function DeviceLines({ devices: shown }: { devices: readonly Device[] }) {
  return (
    <ul className="device-list">
      {shown.map((one) => (
        <DeviceLine key={one.device_id} device={one} />
      ))}
    </ul>
  );
}

/** Medians over what the device has published of itself. */
function useMedians(device: Device) {
  return useMemo(() => {
    const known = readCalibration(device.device_info);
    return {
      readout: median(known?.qubits.map((one) => one.readoutError) ?? []),
      gate: median(known?.qubits.map((one) => one.gateError) ?? []),
      coupling: median(pairsOf(known?.couplings ?? []).map((one) => one.error)),
    };
  }, [device.device_info]);
}

function DeviceLine({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  const medians = useMedians(device);
  return (
    <li className="card device-line">
      <header className="device-line-head">
        <h2>
          <Link to="/devices/$deviceId" params={{ deviceId: device.device_id }}>
            {device.device_id}
          </Link>
        </h2>
        <StatusBadge status={device.status} />
        <span className="soft">{device.description}</span>
      </header>
      <dl className="facts">
        {device.status === "available" ? null : (
          <Fact name={text("next")}>
            <Return device={device} />
          </Fact>
        )}
        <Fact name={text("queue")}>
          <Queue device={device} />
        </Fact>
        <Fact name={text("wait")}>
          <Wait device={device} />
        </Fact>
        <Fact name={text("qubits")}>{device.n_qubits ?? "–"}</Fact>
        <Fact name={text("readoutError")}>{percent(medians.readout)}</Fact>
        <Fact name={text("gateError")}>{percent(medians.gate)}</Fact>
        <Fact name={text("couplingError")}>{percent(medians.coupling)}</Fact>
        <Fact name={text("calibrated")}>
          <Calibrated at={device.calibrated_at} />
        </Fact>
      </dl>
    </li>
  );
}
