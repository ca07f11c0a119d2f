import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import type { Device } from "@/api/client";
import { device as deviceOf } from "@/api/queries";
import { usePageTitle } from "@/app/title";
import { readCalibration } from "@/format/calibration";
import { quoted } from "@/format/shell";
import { Ago } from "@/format/time-text";
import { useOwnTexts } from "@/i18n/own";
import { CopyAs } from "@/parts/copy-as";
import { Loaded, Loading } from "@/parts/states";
import { StatusBadge } from "@/parts/status";
import { Calibrated, Fact, Queue, Return, useNotedDepths, Wait } from "./facts";
import { DeviceMap } from "./map";
import { TABS, type DeviceSearch } from "./search";
import { CouplingTable, QubitTable } from "./tables";
import { TEXTS } from "./texts";
import "./devices.css";

const route = getRouteApi("/inside/devices/$deviceId");
const History = lazy(async () => ({ default: (await import("./history")).History }));

const REFRESH_MS = 10_000;

export function DeviceScreen() {
  const { deviceId } = route.useParams();
  usePageTitle(deviceId);
  const found = useQuery({ ...deviceOf(deviceId), refetchInterval: REFRESH_MS });
  const one = useMemo(() => (found.data === undefined ? undefined : [found.data]), [found.data]);
  useNotedDepths(one, found.dataUpdatedAt);
  return (
    <div className="page">
      {found.data === undefined ? <h1>{deviceId}</h1> : null}
      <Loaded query={found} rows={8}>
        {(device) => <Detail device={device} />}
      </Loaded>
    </div>
  );
}

function Detail({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  return (
    <>
      <header className="page-head">
        <div className="device-title">
          <h1>{device.device_id}</h1>
          <StatusBadge status={device.status} />
          <p className="soft">{device.description}</p>
        </div>
        <div className="row">
          <CopyAs name={text("copy.title")} ways={waysTo(device.device_id)} />
          <Link to="/new" search={{ device: device.device_id }} className="button primary">
            {text("run")}
          </Link>
        </div>
      </header>
      <Summary device={device} />
      <Views device={device} />
    </>
  );
}

function waysTo(deviceId: string) {
  return {
    curl: `curl -H "Authorization: Bearer $QUMULUS_TOKEN" ${quoted(`${location.origin}/user/devices/${encodeURIComponent(deviceId)}`)}`,
    Python: `from qumulus import Client\n\nwith Client() as client:\n    print(client.device(${JSON.stringify(deviceId)}))`,
    CLI: `qumulus devices show ${quoted(deviceId)}`,
  };
}

function Summary({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  return (
    <dl className="card facts">
      <Fact name={text("kind")}>{device.device_type === "QPU" ? text("QPU") : text("simulator")}</Fact>
      <Fact name={text("qubits")}>{device.n_qubits ?? "–"}</Fact>
      <Fact name={text("queue")}>
        <Queue device={device} />
      </Fact>
      <Fact name={text("wait")}>
        <Wait device={device} />
      </Fact>
      {device.status === "available" ? null : (
        <Fact name={text("next")}>
          <Return device={device} />
        </Fact>
      )}
      <Fact name={text("calibrated")}>
        <Calibrated at={device.calibrated_at} />
      </Fact>
      <Fact name={text("seen")}>{device.seen_at === null ? "–" : <Ago at={device.seen_at} />}</Fact>
      {typeof device.max_shots !== "number" ? null : (
        <Fact name={text("shots")}>{device.max_shots.toLocaleString()}</Fact>
      )}
      {device.basis_gates.length === 0 ? null : (
        <Fact name={text("gates")} isWide>
          <code>{device.basis_gates.join(" ")}</code>
        </Fact>
      )}
    </dl>
  );
}

function Views({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  const search = route.useSearch();
  const names = {
    map: text("map"),
    qubits: text("table.qubits"),
    couplings: text("couplings"),
    history: text("history"),
  };
  return (
    <section className="card" aria-label={text("views")}>
      <nav className="tabs" aria-label={text("views")}>
        {TABS.map((tab) => (
          <Link
            key={tab}
            to="/devices/$deviceId"
            params={{ deviceId: device.device_id }}
            search={{ ...(search.metric && { metric: search.metric }), ...(tab === "map" ? {} : { tab }) }}
            resetScroll={false}
            activeProps={{}}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={(search.tab ?? "map") === tab ? "true" : undefined}
            className="tab"
          >
            {names[tab]}
          </Link>
        ))}
      </nav>
      <View device={device} search={search} />
    </section>
  );
}

function View({ device, search }: { device: Device; search: DeviceSearch }) {
  const text = useOwnTexts(TEXTS);
  const navigate = route.useNavigate();
  const known = useMemo(() => readCalibration(device.device_info), [device.device_info]);
  const change = (part: DeviceSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  if (search.tab === "history")
    return (
      <Suspense fallback={<Loading rows={5} />}>
        <History deviceId={device.device_id} metric={search.metric ?? "readoutError"} change={change} />
      </Suspense>
    );
  if (known === null) return <p className="body soft">{text("map.none")}</p>;
  const onSort = (sort: string) => {
    change({ sort });
  };
  if (search.tab === "qubits")
    return <QubitTable qubits={known.qubits} sort={search.sort ?? "qubit"} onSort={onSort} />;
  if (search.tab === "couplings")
    return <CouplingTable couplings={known.couplings} sort={search.sort ?? "control"} onSort={onSort} />;
  return (
    <DeviceMap
      name={device.device_id}
      known={known}
      metric={search.metric ?? "readoutError"}
      qubit={search.qubit}
      change={change}
    />
  );
}
