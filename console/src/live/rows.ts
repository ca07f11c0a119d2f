/** Rows of the jobs list, and how events change them without reading them again. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Job, JobEvent } from "@/api/client";

type Known = "name" | "device_id" | "job_type" | "shots" | "created_at";
type Moment = "submitted_at" | "ready_at" | "running_at" | "ended_at";

/** A job that is only registered has an id and a status, nothing else. */
export type JobRow = Pick<Job, "job_id" | "status"> & Partial<Pick<Job, Known | Moment>>;
export type JobPages = InfiniteData<readonly JobRow[]>;

const SET_BY: Readonly<Record<string, Moment>> = {
  submitted: "submitted_at",
  ready: "ready_at",
  running: "running_at",
  succeeded: "ended_at",
  failed: "ended_at",
  cancelled: "ended_at",
};

/** The row after the event; null: the job was deleted. A moment is set once and then stays. */
export function afterEvent(row: JobRow, event: JobEvent): JobRow | null {
  if (event.to === null) return null;
  const moment = SET_BY[event.to];
  const changed = { ...row, status: event.to };
  return moment === undefined ? changed : { ...changed, [moment]: row[moment] ?? event.at };
}

/** The same pages, as the same object, if no event is about one of their rows. */
export function afterEvents(known: JobPages, events: readonly JobEvent[]): JobPages {
  const byJob = new Map<string, JobEvent[]>();
  for (const event of events) byJob.set(event.job_id, [...(byJob.get(event.job_id) ?? []), event]);
  const touches = (page: readonly JobRow[]) => page.some((row) => byJob.has(row.job_id));
  if (!known.pages.some(touches)) return known;
  const move = (row: JobRow): readonly JobRow[] => {
    let moved: JobRow | null = row;
    for (const event of byJob.get(row.job_id) ?? []) moved = moved && afterEvent(moved, event);
    return moved === null ? [] : [moved];
  };
  return { ...known, pages: known.pages.map((page) => (touches(page) ? page.flatMap(move) : page)) };
}
