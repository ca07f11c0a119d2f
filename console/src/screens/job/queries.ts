import { queryOptions } from "@tanstack/react-query";
import type { JobEvent } from "@/api/client";
import { timeline } from "@/api/queries";

/** The timeline as a list: only who asks for an event stream gets a text. */
export const eventsOf = (jobId: string) =>
  queryOptions({
    ...timeline(jobId),
    select: (events): readonly JobEvent[] => (typeof events === "string" ? [] : events),
  });
