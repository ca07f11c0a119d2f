/** One wish for many jobs: what becomes of one stops none of the others. */
import { api, ApiError, data, type Job, type JobOutcome } from "./client";

/** The API takes so many in one call. */
const MOST_IN_A_CALL = 1000;
const AT_ONCE = 6;

export interface Outcome<T> {
  readonly done: readonly T[];
  /** Why others were left as they were, one sentence each. */
  readonly refused: readonly string[];
}

/** Call for every one, `AT_ONCE` at a time; a refusal of one is noted, anything else is thrown. */
export async function forEach<A, T>(all: readonly A[], call: (one: A) => Promise<T>): Promise<Outcome<T>> {
  const waiting = [...all];
  const done: T[] = [];
  const refused: string[] = [];
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      try {
        done.push(await call(one));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        refused.push(error.message);
      }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, refused };
}

async function inParts(
  jobIds: readonly string[],
  call: (jobIds: string[]) => Promise<readonly JobOutcome[]>,
): Promise<Outcome<string>> {
  const outcomes: JobOutcome[] = [];
  for (let at = 0; at < jobIds.length; at += MOST_IN_A_CALL)
    outcomes.push(...(await call(jobIds.slice(at, at + MOST_IN_A_CALL))));
  const isDone = (one: JobOutcome) => one.outcome === "done";
  return {
    done: outcomes.filter(isDone).map((one) => one.job_id),
    refused: outcomes.filter((one) => !isDone(one)).map((one) => one.message ?? one.outcome),
  };
}

export const cancelJobs = (jobIds: readonly string[]) =>
  inParts(jobIds, async (job_ids) => data(await api.POST("/jobs/cancel", { body: { job_ids } })));

export const deleteJobs = (jobIds: readonly string[]) =>
  inParts(jobIds, async (job_ids) => data(await api.POST("/jobs/delete", { body: { job_ids } })));

/** Whole jobs, with programs and results. */
export const readJobs = (jobIds: readonly string[]): Promise<Outcome<Job>> =>
  forEach(jobIds, async (job_id) =>
    data(
      await api.GET("/jobs/{job_id}", {
        params: { path: { job_id }, query: { job_info_form: "object" } },
      }),
    ),
  );
