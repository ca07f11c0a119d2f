/** What the jobs list reads: pages that stay as they were read, and what has come since. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { keys } from "@/api/queries";
import type { JobPages, JobRow } from "@/live/rows";
import { readFilter, withQualifier, type Filter, type JobsSearch } from "./search";

const FIELDS =
  "job_id,status,name,device_id,job_type,shots,created_at,submitted_at,ready_at,running_at,ended_at";
const PAGE_SIZE = 200;
export const HEAD_SIZE = 50;

/** The parameters of the API that a search means, all but the status. */
function parametersOf(filter: Filter) {
  return {
    ...(filter.device === undefined ? {} : { device_id: filter.device }),
    ...(filter.type === undefined ? {} : { job_type: filter.type }),
    ...(filter.since === undefined ? {} : { start_time: filter.since }),
    ...(filter.text === undefined ? {} : { q: filter.text }),
  };
}

type Order = JobsSearch["order"];

async function read(q: string, order: Order, size: number, cursor: string | null, signal: AbortSignal) {
  const filter = readFilter(q, Date.now());
  const query = {
    fields: FIELDS,
    order: order === "oldest" ? "ASC" : "DESC",
    size,
    ...(cursor === null ? {} : { cursor }),
    ...(filter.status === undefined ? {} : { status: filter.status }),
    ...parametersOf(filter),
  };
  const rows: readonly JobRow[] = data(await api.GET("/jobs", { params: { query }, signal }));
  return rows;
}

export const jobPages = (search: JobsSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.jobPages, search.q ?? "", search.order ?? ""],
    queryFn: ({ pageParam, signal }) => read(search.q ?? "", search.order, PAGE_SIZE, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.length < PAGE_SIZE ? null : (last.at(-1)?.job_id ?? null)),
    // Rows change by events; new ones are announced, so that nothing jumps.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** The newest jobs of the same search, read again whenever something happened. */
export const jobHead = (search: JobsSearch) =>
  queryOptions({
    queryKey: [...keys.jobLists, "head", search.q ?? ""],
    queryFn: ({ signal }) => read(search.q ?? "", undefined, HEAD_SIZE, null, signal),
    enabled: search.order !== "oldest",
  });

/** How many jobs of this search stand in each status, whatever status it asks for. */
export const jobCounts = (search: JobsSearch) => {
  const q = withQualifier(search.q ?? "", "status", null);
  return queryOptions({
    queryKey: [...keys.jobLists, "counts", q],
    queryFn: async ({ signal }) => {
      const query = parametersOf(readFilter(q, Date.now()));
      return data(await api.GET("/jobs/counts", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
};

/** How many jobs stand before the first that the list already has. */
export function newcomers(head: readonly JobRow[] | undefined, pages: JobPages | undefined): number {
  if (head === undefined || pages === undefined) return 0;
  const known = new Set(pages.pages.flat().map((row) => row.job_id));
  const first = head.findIndex((row) => known.has(row.job_id));
  return first === -1 ? head.length : first;
}
