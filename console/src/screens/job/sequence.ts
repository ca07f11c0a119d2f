/** The travel of a job as arrows between User, Cloud and Provider: what happened, what may come, what did not. */
import type { Job, JobEvent } from "@/api/client";
import { isFinal } from "./info";

export const LANES = ["user", "cloud", "provider"] as const;
export type Lane = (typeof LANES)[number];

export const ACTIONS = [
  "register",
  "submit",
  "fetch",
  "start",
  "succeed",
  "fail",
  "cancel",
  "annotate",
  "release",
  "expire",
  "abandon",
  "requeue",
  "adminFail",
  "other",
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Step {
  /** Names the arrow; one that came has another than the one that was expected, so it enters anew. */
  readonly key: string;
  readonly action: Action;
  readonly from: Lane;
  readonly to: Lane;
  /** The call that the arrow is; null: the Cloud did it by itself. */
  readonly call: string | null;
  /** `possible`: another end than the expected one, while nothing is decided. */
  readonly state: "done" | "pending" | "possible" | "untaken";
  /** The status that it leads to. */
  readonly status: string;
  readonly at: string | null;
  /** Seconds since the step before; null for the first and for what has not happened. */
  readonly delta: number | null;
  readonly worker: string | null;
  readonly attempt: number | null;
  readonly reason: string | null;
}

type Known = Omit<JobEvent, "detail"> & { detail: Readonly<Record<string, unknown>> };

const CALLS: Readonly<Record<Action, readonly [Lane, string | null]>> = {
  register: ["user", "POST /jobs"],
  submit: ["user", "POST /jobs"],
  fetch: ["provider", "GET /jobs"],
  start: ["provider", "PATCH /jobs/{id}  running"],
  succeed: ["provider", "PATCH …/job_info  result"],
  fail: ["provider", "PATCH …/job_info  reason"],
  cancel: ["user", "POST /jobs/{id}/cancel"],
  annotate: ["provider", "PATCH …/job_info  reason"],
  release: ["provider", "POST /jobs/{id}/release"],
  expire: ["cloud", null],
  abandon: ["cloud", null],
  requeue: ["cloud", "POST /admin/jobs/{id}/requeue"],
  adminFail: ["cloud", "POST /admin/jobs/{id}/fail"],
  other: ["cloud", null],
};

/** By actor and target, and by source where that matters; the first row that fits. */
const ROWS: readonly (readonly [actor: string, from: string | null | "*", to: string, action: Action])[] = [
  ["user", null, "registered", "register"],
  ["user", "*", "submitted", "submit"],
  ["provider", "submitted", "ready", "fetch"],
  ["provider", "*", "running", "start"],
  ["provider", "*", "succeeded", "succeed"],
  ["provider", "*", "failed", "fail"],
  ["user", "*", "cancelled", "cancel"],
  ["provider", "cancelled", "cancelled", "annotate"],
  ["provider", "*", "submitted", "release"],
  ["cloud", "*", "submitted", "expire"],
  ["cloud", "*", "failed", "abandon"],
  ["admin", "*", "submitted", "requeue"],
  ["admin", "*", "failed", "adminFail"],
];

export function actionOf(event: Pick<JobEvent, "actor" | "from" | "to">): Action {
  const row = ROWS.find(
    ([actor, from, to]) => actor === event.actor && to === event.to && (from === "*" || from === event.from),
  );
  return row?.[3] ?? "other";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function doneStep(event: Known, before: Known | undefined): Step {
  const action = actionOf(event);
  const [from, call] = CALLS[action];
  const attempt = event.detail["attempt"];
  return {
    key: `${action} ${String(event.seq)}`,
    action,
    from,
    to: "cloud",
    call,
    state: "done",
    status: event.to ?? "",
    at: event.at,
    delta: before === undefined ? null : (Date.parse(event.at) - Date.parse(before.at)) / 1000,
    worker: textOf(event.detail["worker"]),
    attempt: typeof attempt === "number" ? attempt : null,
    reason: textOf(event.detail["reason"]),
  };
}

function plainStep(action: Action, status: string, state: Exclude<Step["state"], "done">): Step {
  const [from, call] = CALLS[action];
  const nothing = { at: null, delta: null, worker: null, attempt: null, reason: null };
  return { key: `${action} ${state}`, action, from, to: "cloud", call, state, status, ...nothing };
}

const CHAIN: readonly (readonly [Action, string])[] = [
  ["submit", "submitted"],
  ["fetch", "ready"],
  ["start", "running"],
];
const ENDS: readonly (readonly [Action, string])[] = [
  ["succeed", "succeeded"],
  ["fail", "failed"],
  ["cancel", "cancelled"],
];

/** Where in the chain of statuses a job stands: how many of its steps are behind it. */
function passed(status: string): number {
  return CHAIN.findIndex(([, target]) => target === status) + 1;
}

/**
 * All arrows from top to bottom: those that happened in their order, those that are expected, and
 * the ends that were not reached. While nothing is decided, success is expected and the others stand by.
 */
export function sequenceOf(
  events: readonly JobEvent[],
  job: Pick<Job, "status" | "attempt">,
): readonly Step[] {
  const known = [...events].sort((a, b) => a.seq - b.seq) as readonly Known[];
  const done = known.filter((one) => one.to !== null).map((one, index) => doneStep(one, known[index - 1]));
  const status = done.at(-1)?.status ?? job.status;
  if (!isFinal(status)) return [...done, ...ahead(status)];
  const reached = new Set(done.map((one) => one.status));
  const skipped = CHAIN.filter(([, target]) => !reached.has(target)).map(([action, target]) =>
    plainStep(action, target, "untaken"),
  );
  const others = ENDS.filter(([, target]) => target !== status).map(([action, target]) =>
    plainStep(action, target, "untaken"),
  );
  const isAwaited =
    status === "cancelled" && reached.has("ready") && !done.some((one) => one.action === "annotate");
  const word = isAwaited ? [plainStep("annotate", "cancelled", "pending")] : [];
  return [...done, ...word, ...skipped, ...others];
}

function ahead(status: string): readonly Step[] {
  const chain = CHAIN.slice(passed(status)).map(([action, target]) => plainStep(action, target, "pending"));
  const ends = ENDS.map(([action, target]) =>
    plainStep(action, target, action === "succeed" ? "pending" : "possible"),
  );
  return [...chain, ...ends];
}
