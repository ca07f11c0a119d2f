import { describe, expect, it } from "vitest";
import type { JobEvent } from "@/api/client";
import { actionOf, sequenceOf } from "@/screens/job/sequence";
import { waterfallOf } from "@/screens/job/stages";

type Line = readonly [actor: string, from: string | null, to: string | null, ms: number, detail?: object];

function timeline(...lines: readonly Line[]): JobEvent[] {
  return lines.map(([actor, from, to, ms, detail], index) => ({
    job_id: "j",
    seq: index + 1,
    at: new Date(Date.UTC(2026, 0, 1) + ms).toISOString(),
    actor,
    from,
    to,
    detail: { ...detail },
  }));
}

const SUBMIT: Line = ["user", null, "submitted", 0];
const FETCH: Line = ["provider", "submitted", "ready", 100, { attempt: 1, worker: "vm" }];
const START: Line = ["provider", "ready", "running", 150];
const SUCCEED: Line = ["provider", "running", "succeeded", 1150];

function words(events: readonly JobEvent[], status: string): string[] {
  return sequenceOf(events, { status, attempt: 1 }).map((step) => `${step.action} ${step.state}`);
}

describe("the sequence of a job", () => {
  it("expects what comes next while a job waits, and holds the other ends possible", () => {
    expect(words(timeline(SUBMIT), "submitted")).toEqual([
      "submit done",
      "fetch pending",
      "start pending",
      "succeed pending",
      "fail possible",
      "cancel possible",
    ]);
  });

  it("greys the branches that a success did not take", () => {
    expect(words(timeline(SUBMIT, FETCH, START, SUCCEED), "succeeded")).toEqual([
      "submit done",
      "fetch done",
      "start done",
      "succeed done",
      "fail untaken",
      "cancel untaken",
    ]);
  });

  it("shows that a job which failed from ready never ran", () => {
    const events = timeline(SUBMIT, FETCH, ["provider", "ready", "failed", 200]);
    expect(words(events, "failed")).toEqual([
      "submit done",
      "fetch done",
      "fail done",
      "start untaken",
      "succeed untaken",
      "cancel untaken",
    ]);
  });

  it("awaits the Provider's last word on a cancelled job only if a Provider had it", () => {
    const cancel: Line = ["user", "running", "cancelled", 300];
    expect(words(timeline(SUBMIT, FETCH, START, cancel), "cancelled")).toContain("annotate pending");
    const early = words(timeline(SUBMIT, ["user", "submitted", "cancelled", 50]), "cancelled");
    expect(early).not.toContain("annotate pending");
    const word: Line = ["provider", "cancelled", "cancelled", 400];
    const heard = words(timeline(SUBMIT, FETCH, START, cancel, word), "cancelled");
    expect(heard).toContain("annotate done");
    expect(heard).not.toContain("annotate pending");
  });

  it("expects a second fetch after a lost lease", () => {
    const events = timeline(SUBMIT, FETCH, ["cloud", "ready", "submitted", 10_100]);
    expect(words(events, "submitted").slice(2, 5)).toEqual(["expire done", "fetch pending", "start pending"]);
  });

  it("gives each arrow its lane, its seconds after the one before, and who did it", () => {
    const steps = sequenceOf(timeline(SUBMIT, FETCH, START), { status: "running", attempt: 1 });
    expect(steps.map((step) => step.from).slice(0, 3)).toEqual(["user", "provider", "provider"]);
    expect(steps.map((step) => step.delta).slice(0, 3)).toEqual([null, 0.1, 0.05]);
    expect(steps[1]).toMatchObject({ worker: "vm", attempt: 1 });
  });

  it("puts events that arrive out of order into theirs", () => {
    const [first, second] = timeline(SUBMIT, FETCH);
    const steps = sequenceOf(
      [second, first].filter((one) => one !== undefined),
      { status: "ready", attempt: 1 },
    );
    expect(steps.slice(0, 2).map((step) => step.action)).toEqual(["submit", "fetch"]);
  });

  it("tells an operator's failure from the Provider's and the Cloud's", () => {
    const ends = ["provider", "cloud", "admin"].map((actor) =>
      actionOf({ actor, from: "running", to: "failed" }),
    );
    expect(ends).toEqual(["fail", "abandon", "adminFail"]);
  });
});

describe("the waterfall of a job", () => {
  const provenance = {
    started_at: new Date(Date.UTC(2026, 0, 1) + 150).toISOString(),
    ended_at: new Date(Date.UTC(2026, 0, 1) + 1050).toISOString(),
    stages: { parse_s: 0.1, transpile_s: 0.2, run_s: 0.5, combine_s: 0.1 },
  };

  it("sets phases and the Provider's stages end to end, and the report last", () => {
    const fall = waterfallOf(timeline(SUBMIT, FETCH, START, SUCCEED), provenance, 0);
    expect(fall.length).toBeCloseTo(1.15);
    expect(fall.rows.map((row) => [row.bar, Number(row.seconds.toFixed(3))])).toEqual([
      ["queued", 0.1],
      ["ready", 0.05],
      ["running", 1],
      ["parse", 0.1],
      ["transpile", 0.2],
      ["run", 0.5],
      ["combine", 0.1],
      ["report", 0.1],
    ]);
    expect(fall.rows[5]?.segments[0]?.from).toBeCloseTo(0.45);
  });

  it("lets an open phase grow until now, and counts every attempt", () => {
    const events = timeline(SUBMIT, FETCH, ["cloud", "ready", "submitted", 500]);
    const fall = waterfallOf(events, null, Date.UTC(2026, 0, 1) + 2500);
    expect(fall.rows.map((row) => [row.bar, row.segments.length])).toEqual([
      ["queued", 2],
      ["ready", 1],
    ]);
    expect(fall.rows[0]?.seconds).toBeCloseTo(2.1);
    expect(fall.rows[0]?.segments[1]?.isOpen).toBe(true);
  });
});
