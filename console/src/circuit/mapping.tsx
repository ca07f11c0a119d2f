import { useMemo } from "react";
import { useOwnTexts } from "@/i18n/own";
import { circuitTexts } from "./texts";
import "./circuit.css";

interface Spot {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

export interface Topology {
  readonly qubits: readonly Spot[];
  readonly couplings: readonly (readonly [number, number])[];
}

interface DeviceDocument {
  qubits?: readonly { id: number; position?: { x: number; y: number } }[];
  couplings?: readonly { control: number; target: number }[];
}

const RADIUS = 0.3;
const MARGIN = 0.6;

/** Places and couplings from a device's `device_info`; null where it says nothing of them. */
export function topologyOf(deviceInfo: string | null): Topology | null {
  if (deviceInfo === null) return null;
  const document = JSON.parse(deviceInfo) as DeviceDocument;
  const qubits = (document.qubits ?? []).flatMap(({ id, position }) =>
    position === undefined ? [] : [{ id, x: position.x, y: -position.y }],
  );
  if (qubits.length === 0) return null;
  const pairs = new Map(
    (document.couplings ?? []).map(({ control, target }) => {
      const pair = [Math.min(control, target), Math.max(control, target)] as const;
      return [pair.join(" "), pair] as const;
    }),
  );
  return { qubits, couplings: [...pairs.values()] };
}

/** Which qubit of the program stands on which of the device. */
export function MappingMap({
  topology,
  mapping,
}: {
  topology: Topology;
  mapping: ReadonlyMap<number, number>;
}) {
  const say = useOwnTexts(circuitTexts);
  const onto = useMemo(
    () => new Map([...mapping].map(([virtual, physical]) => [physical, virtual])),
    [mapping],
  );
  const place = useMemo(() => new Map(topology.qubits.map((one) => [one.id, one])), [topology]);
  const xs = topology.qubits.map((one) => one.x);
  const ys = topology.qubits.map((one) => one.y);
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  const view = [left, top, Math.max(...xs) + MARGIN - left, Math.max(...ys) + MARGIN - top].join(" ");
  const pairs = [...mapping].map(([virtual, physical]) => say("physical", { virtual, physical })).join(", ");
  return (
    <div className="mapping">
      <svg viewBox={view} role="img" aria-label={say("mapping", { pairs })}>
        {topology.couplings.map(([a, b]) => {
          const [from, to] = [place.get(a), place.get(b)];
          if (from === undefined || to === undefined) return null;
          const isUsed = onto.has(a) && onto.has(b);
          return (
            <line
              key={`${String(a)} ${String(b)}`}
              className={isUsed ? "edge used" : "edge"}
              x1={from.x}
              y1={from.y}
              x2={to.x}
              y2={to.y}
            />
          );
        })}
        {topology.qubits.map((one) => (
          <MappedQubit key={one.id} spot={one} virtual={onto.get(one.id)} />
        ))}
      </svg>
    </div>
  );
}

/** The number of the program's qubit inside, that of the device beside it; unused ones only the latter. */
function MappedQubit({ spot, virtual }: { spot: Spot; virtual: number | undefined }) {
  return (
    <g className={virtual === undefined ? "" : "used"}>
      <circle cx={spot.x} cy={spot.y} r={RADIUS} />
      <text x={spot.x} y={spot.y + 0.09}>
        {virtual ?? spot.id}
      </text>
      {virtual === undefined ? null : (
        <text className="physical" x={spot.x + 0.42} y={spot.y - 0.26}>
          {spot.id}
        </text>
      )}
    </g>
  );
}
