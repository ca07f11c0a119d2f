/** Where the time of a job went: its phases in the Cloud, and the stages that its Provider measured. */
import type { JobEvent } from "@/api/client";
import { isFinal, type Provenance } from "./info";

export const PHASES = ["queued", "ready", "running"] as const;
export const STAGES = ["parse", "transpile", "run", "combine"] as const;
export type Bar = (typeof PHASES)[number] | (typeof STAGES)[number] | "report";

export interface Segment {
  /** Seconds since the first event. */
  readonly from: number;
  readonly to: number;
  /** It has not ended yet. */
  readonly isOpen: boolean;
}

export interface WaterfallRow {
  readonly bar: Bar;
  readonly segments: readonly Segment[];
  readonly seconds: number;
}

export interface Waterfall {
  readonly rows: readonly WaterfallRow[];
  /** Seconds from the first event to the last, or to now. */
  readonly length: number;
}

const PHASE_OF: Readonly<Record<string, Bar>> = { submitted: "queued", ready: "ready", running: "running" };

function row(bar: Bar, segments: readonly Segment[]): WaterfallRow {
  return { bar, segments, seconds: segments.reduce((sum, one) => sum + one.to - one.from, 0) };
}

/** Rows in the order in which they begin; `now` in milliseconds since 1970 is where open phases end. */
export function waterfallOf(
  events: readonly JobEvent[],
  provenance: Provenance | null,
  now: number,
): Waterfall {
  const known = [...events].sort((a, b) => a.seq - b.seq);
  const start = Date.parse(known[0]?.at ?? "");
  if (Number.isNaN(start)) return { rows: [], length: 0 };
  const since = (at: number) => (at - start) / 1000;
  const phases = PHASES.map((phase) => {
    const segments = known.flatMap((event, index) => {
      if (PHASE_OF[event.to ?? ""] !== phase) return [];
      const next = known[index + 1];
      const end = next === undefined ? Math.max(now, Date.parse(event.at)) : Date.parse(next.at);
      return [{ from: since(Date.parse(event.at)), to: since(end), isOpen: next === undefined }];
    });
    return row(phase, segments);
  }).filter((one) => one.segments.length > 0);
  const end = known.find((event) => isFinal(event.to ?? ""));
  const stages = stagesOf(provenance, end?.at ?? null, since);
  const last = Date.parse(known.at(-1)?.at ?? "");
  const until = since(end === undefined ? Math.max(now, last) : last);
  const rows = [...phases, ...stages];
  // The Provider's clock is another than the Cloud's: its stages may end later.
  const length = Math.max(until, ...rows.flatMap((one) => one.segments.map((segment) => segment.to)), 1e-6);
  return { rows, length };
}

function stagesOf(
  provenance: Provenance | null,
  endedAt: string | null,
  since: (at: number) => number,
): WaterfallRow[] {
  const stages = provenance?.stages;
  const begun = provenance?.started_at;
  if (stages === undefined || begun === undefined) return [];
  let at = since(Date.parse(begun));
  const rows = STAGES.flatMap((stage) => {
    const seconds = stages[`${stage}_s`];
    if (seconds === undefined) return [];
    const segment = { from: at, to: at + seconds, isOpen: false };
    at += seconds;
    return [row(stage, [segment])];
  });
  const written = provenance?.ended_at;
  if (written === undefined || endedAt === null) return rows;
  const [from, to] = [since(Date.parse(written)), since(Date.parse(endedAt))];
  return to > from ? [...rows, row("report", [{ from, to, isOpen: false }])] : rows;
}
