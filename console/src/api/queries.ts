/** What screens read, one function each; a key tells the live stream what to refresh. */
import { queryOptions } from "@tanstack/react-query";
import type { JobRow } from "@/live/rows";
import { api, data } from "./client";

export const keys = {
  me: ["me"],
  devices: ["devices"],
  device: (deviceId: string) => ["devices", deviceId],
  calibrations: (deviceId: string) => ["devices", deviceId, "calibrations"],
  sessions: ["sessions"],
  tokens: ["tokens"],
  jobLists: ["jobs", "list"],
  jobPages: ["jobs", "pages"],
  job: (jobId: string) => ["jobs", "one", jobId],
  timeline: (jobId: string) => ["jobs", "one", jobId, "events"],
} as const;

export const me = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => data(await api.GET("/users/me", { signal })),
  staleTime: 60_000,
});

export const devices = queryOptions({
  queryKey: keys.devices,
  queryFn: async ({ signal }) => data(await api.GET("/devices", { signal })),
  refetchInterval: 10_000,
});

export const device = (deviceId: string) =>
  queryOptions({
    queryKey: keys.device(deviceId),
    queryFn: async ({ signal }) =>
      data(await api.GET("/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal })),
  });

const MOST_CALIBRATIONS = 100;

/** The newest first. */
export const calibrations = (deviceId: string) =>
  queryOptions({
    queryKey: keys.calibrations(deviceId),
    queryFn: async ({ signal }) =>
      data(
        await api.GET("/devices/{device_id}/calibrations", {
          params: { path: { device_id: deviceId }, query: { limit: MOST_CALIBRATIONS } },
          signal,
        }),
      ),
  });

export const sessions = queryOptions({
  queryKey: keys.sessions,
  queryFn: async ({ signal }) => data(await api.GET("/sessions", { signal })),
});

export const tokens = queryOptions({
  queryKey: keys.tokens,
  queryFn: async ({ signal }) => data(await api.GET("/tokens", { signal })),
});

export const settings = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }) => data(await api.GET("/system/settings", { signal })),
  staleTime: Infinity,
});

export const job = (jobId: string) =>
  queryOptions({
    queryKey: keys.job(jobId),
    queryFn: async ({ signal }) =>
      data(await api.GET("/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

export const timeline = (jobId: string) =>
  queryOptions({
    queryKey: keys.timeline(jobId),
    queryFn: async ({ signal }) =>
      data(await api.GET("/jobs/{job_id}/events", { params: { path: { job_id: jobId } }, signal })),
  });

const ACTIVE = new Set(["submitted", "ready", "running"]);
const MOST_SHOWN = 50;
const MOST_RECENT = 6;
const LINE_FIELDS = "job_id,status,name,device_id,job_type,created_at,submitted_at,ended_at";

/** Of the newest jobs those that are not over and the last that are, and whether there is any. */
export const activeJobs = queryOptions({
  queryKey: [...keys.jobLists, "active"],
  queryFn: async ({ signal }) => {
    const query = { order: "DESC", size: MOST_SHOWN, fields: LINE_FIELDS } as const;
    const found: readonly JobRow[] = data(await api.GET("/jobs", { params: { query }, signal }));
    return {
      active: found.filter((one) => ACTIVE.has(one.status)),
      recent: found.filter((one) => !ACTIVE.has(one.status)).slice(0, MOST_RECENT),
      hasAny: found.length > 0,
    };
  },
});

export const announcements = queryOptions({
  queryKey: ["announcements"],
  queryFn: async ({ signal }) =>
    data(
      await api.GET("/announcements", {
        params: { query: { current_time: new Date().toISOString() } },
        signal,
      }),
    ),
  staleTime: 60_000,
});
