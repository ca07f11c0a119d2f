/** Where qubits stand in a drawing, and how one walks from one to the next. */
import type { Qubit } from "@/format/calibration";

export interface Spot {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** As the document says, y downwards; on a grid if it does not say so of all. */
export function spotsOf(qubits: readonly Qubit[]): readonly Spot[] {
  const isPlaced = qubits.every((one) => one.place !== null);
  const across = Math.ceil(Math.sqrt(qubits.length * 2));
  return qubits.map(({ id, place }, index) =>
    isPlaced && place !== null
      ? { id, x: place.x, y: -place.y }
      : { id, x: index % across, y: Math.floor(index / across) },
  );
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How much a step aside counts against a step ahead. */
const ASIDE = 2.5;

/** The nearest spot in the direction of an arrow key; null: there is none, or it is another key. */
export function next(spots: readonly Spot[], from: number, key: string): number | null {
  const direction = DIRECTIONS[key];
  const here = spots.find((one) => one.id === from);
  if (direction === undefined || here === undefined) return null;
  const [dx, dy] = direction;
  let best: number | null = null;
  let least = Infinity;
  for (const one of spots) {
    const [x, y] = [one.x - here.x, one.y - here.y];
    const ahead = x * dx + y * dy;
    const cost = ahead + ASIDE * Math.abs(x * dy - y * dx);
    if (ahead <= 0 || cost >= least) continue;
    [best, least] = [one.id, cost];
  }
  return best;
}

/** 0 for the best value, 1 for the worst; a logarithm, for errors differ by factors. */
export function badness(values: readonly (number | null)[], isBetterHigh: boolean) {
  const known = values.filter((one) => one !== null && one > 0 && Number.isFinite(one)) as number[];
  const [low, high] = [Math.log(Math.min(...known)), Math.log(Math.max(...known))];
  return (value: number | null): number | null => {
    if (value === null) return null;
    if (value === 0 || !Number.isFinite(value) || known.length === 0 || high === low) return 0;
    const share = (Math.log(value) - low) / (high - low);
    return isBetterHigh ? 1 - share : share;
  };
}
