import { useMemo, useRef, type KeyboardEvent } from "react";
import type { Coupling, Qubit } from "@/format/calibration";
import { badness, next, spotsOf, type Spot } from "./geometry";

interface Props {
  readonly label: string;
  readonly qubits: readonly Qubit[];
  readonly pairs: readonly Coupling[];
  readonly valueOf: (qubit: Qubit) => number | null;
  readonly isBetterHigh: boolean;
  readonly write: (value: number | null) => string;
  /** What a screen reader says of a qubit. */
  readonly tell: (qubit: Qubit) => string;
  readonly at: number | null;
  readonly onAt: (id: number) => void;
}

const RADIUS = 0.38;
const MARGIN = 0.6;
/** With more lines than this per qubit they say nothing: everything is coupled with everything. */
const MOST_LINES = 4;
const THIN = 0.03;
const THICK = 0.1;
/** So many pixels is a step between neighbours, at most. */
const STEP_PX = 76;
/** And at least, for the values to be read; a narrow window scrolls. */
const LEAST_STEP_PX = 48;

function viewOf(spots: readonly Spot[]) {
  const xs = spots.map((one) => one.x);
  const ys = spots.map((one) => one.y);
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  return { left, top, width: Math.max(...xs) + MARGIN - left, height: Math.max(...ys) + MARGIN - top };
}

export function CouplingMap({ label, qubits, pairs, valueOf, isBetterHigh, write, tell, at, onAt }: Props) {
  const spots = useMemo(() => spotsOf(qubits), [qubits]);
  const drawing = useRef<SVGSVGElement>(null);
  const { left, top, width, height } = viewOf(spots);
  const bad = badness(qubits.map(valueOf), isBetterHigh);
  const focusable = at ?? qubits[0]?.id;
  const onKey = (event: KeyboardEvent) => {
    const id = next(spots, focusable ?? 0, event.key);
    if (id === null) return;
    event.preventDefault();
    onAt(id);
    drawing.current?.querySelector<SVGGElement>(`[data-qubit="${String(id)}"]`)?.focus();
  };
  return (
    <svg
      ref={drawing}
      className="coupling-map"
      viewBox={[left, top, width, height].join(" ")}
      style={{ maxWidth: width * STEP_PX, minWidth: width * LEAST_STEP_PX }}
      role="listbox"
      aria-label={label}
      onKeyDown={onKey}
    >
      <Lines spots={spots} pairs={pairs} />
      {qubits.map((one, index) => {
        const spot = spots[index];
        return spot === undefined ? null : (
          <g
            key={one.id}
            role="option"
            aria-selected={one.id === at}
            aria-label={tell(one)}
            tabIndex={one.id === focusable ? 0 : -1}
            data-qubit={one.id}
            transform={`translate(${String(spot.x)} ${String(spot.y)})`}
            style={{ "--badness": `${String(Math.round((bad(valueOf(one)) ?? 0) * 100))}%` } as object}
            onClick={() => {
              onAt(one.id);
            }}
            onFocus={() => {
              onAt(one.id);
            }}
          >
            <circle r={RADIUS} />
            <text className="coupling-id" y="-0.03">
              {one.id}
            </text>{" "}
            <text className="coupling-value" y="0.17">
              {write(valueOf(one))}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** A weak coupling is a thin line. */
function Lines({ spots, pairs }: { spots: readonly Spot[]; pairs: readonly Coupling[] }) {
  const place = new Map(spots.map((one) => [one.id, one]));
  const bad = badness(
    pairs.map((one) => one.error),
    false,
  );
  if (pairs.length > MOST_LINES * spots.length) return null;
  return pairs.map((one) => {
    const [from, to] = [place.get(one.control), place.get(one.target)];
    if (from === undefined || to === undefined) return null;
    return (
      <line
        key={`${String(one.control)} ${String(one.target)}`}
        x1={from.x}
        y1={from.y}
        x2={to.x}
        y2={to.y}
        strokeWidth={THICK - (THICK - THIN) * (bad(one.error) ?? 1)}
      />
    );
  });
}
