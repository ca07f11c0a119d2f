/** What the Cloud says of a program; programs do not change, so answers are kept. */
import { queryOptions } from "@tanstack/react-query";
import { api, ApiError, data } from "@/api/client";

const FOREVER = { staleTime: Infinity, gcTime: 300_000 } as const;

export const layoutOf = (code: string) =>
  queryOptions({
    queryKey: ["layout", code],
    queryFn: async ({ signal }) => data(await api.POST("/qasm/layout", { body: { code }, signal })),
    ...FOREVER,
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
  });

export const checkOf = (code: string, deviceId: string | null) =>
  queryOptions({
    queryKey: ["check", code, deviceId],
    queryFn: async ({ signal }) =>
      data(await api.POST("/qasm/check", { body: { code, device_id: deviceId }, signal })),
    ...FOREVER,
  });
