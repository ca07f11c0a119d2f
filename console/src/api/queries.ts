/** What screens read, one function each; a key tells the live stream what to refresh. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";

export const keys = {
  me: ["me"],
  devices: ["devices"],
  device: (deviceId: string) => ["devices", deviceId],
  jobLists: ["jobs", "list"],
  job: (jobId: string) => ["jobs", "one", jobId],
  timeline: (jobId: string) => ["jobs", "one", jobId, "events"],
} as const;

export const me = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => data(await api.GET("/users/me", { signal })),
  staleTime: 60_000,
  retry: false,
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
