/** Errors, lifetimes and durations as a laboratory writes them; "–" for what is not known. */

const UNKNOWN = "–";

/** A share as percent, as many digits for one as for its neighbour: "12.0 %", "0.80 %", "0.028 %". */
export function percent(share: number | null): string {
  if (share === null) return UNKNOWN;
  if (share === 0) return "0 %";
  const percents = share * 100;
  if (share >= 0.1) return `${percents.toFixed(1)} %`;
  return `${share >= 0.001 ? percents.toFixed(2) : String(Number(percents.toPrecision(2)))} %`;
}

/** Of µs: "112 µs", "1.2 ms", "∞". */
export function lifetime(microseconds: number | null): string {
  if (microseconds === null) return UNKNOWN;
  if (microseconds === Infinity) return "∞";
  if (microseconds >= 1000) return `${(microseconds / 1000).toPrecision(3)} ms`;
  return `${String(Number(microseconds.toPrecision(3)))} µs`;
}

/** Of ns. */
export function gateTime(nanoseconds: number | null): string {
  return nanoseconds === null ? UNKNOWN : `${String(Math.round(nanoseconds))} ns`;
}
