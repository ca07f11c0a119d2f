import { useSyncExternalStore } from "react";

/** Queue depths as this page has seen them, for each device; they live as long as the page. */
const seen = new Map<string, readonly number[]>();
const readers = new Set<() => void>();
const MOST_KEPT = 60;
const NOTHING: readonly number[] = [];

/** Note how many jobs wait at a device now. */
export function noteDepth(deviceId: string, depth: number): void {
  seen.set(deviceId, [...(seen.get(deviceId) ?? []), depth].slice(-MOST_KEPT));
  for (const reader of readers) reader();
}

export function useDepths(deviceId: string): readonly number[] {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader);
      return () => {
        readers.delete(reader);
      };
    },
    () => seen.get(deviceId) ?? NOTHING,
  );
}

const WIDTH = 96;
const HEIGHT = 24;

export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const step = (WIDTH - 4) / (MOST_KEPT - 1);
  const points = values.map((value, index) => {
    const x = WIDTH - 4 - (values.length - 1 - index) * step;
    return `${x.toFixed(1)},${(HEIGHT - 4 - (value / most) * (HEIGHT - 8)).toFixed(1)}`;
  });
  const last = points.at(-1)?.split(",");
  const first = points[0]?.split(",")[0] ?? String(WIDTH);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={label}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      <polygon
        points={`${first},${String(HEIGHT - 1)} ${points.join(" ")} ${String(WIDTH - 4)},${String(HEIGHT - 1)}`}
      />
      <polyline points={points.join(" ")} />
      {last === undefined ? null : <circle cx={last[0]} cy={last[1]} r="3" />}
    </svg>
  );
}
