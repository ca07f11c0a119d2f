/** Errors, lifetimes and durations as a laboratory writes them; "–" for what is not known. */

const UNKNOWN = "–";

/** A share as percent with three digits: "0.67 %", "0.028 %". */
export function percent(share: number | null): string {
  if (share === null) return UNKNOWN;
  return share === 0 ? "0 %" : `${String(Number((share * 100).toPrecision(share >= 0.001 ? 3 : 2)))} %`;
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
