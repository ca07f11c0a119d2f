import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Job, JobEvent } from "@/api/client";
import { keys } from "@/api/queries";
import { useIsAway } from "@/api/reach";
import { afterEvents, type JobPages } from "./rows";
import { LiveStream, type Liveness } from "./stream";

interface Live {
  readonly liveness: Liveness;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
}

const Watched = createContext<Live | null>(null);

/** Lists are brought up to date together, this long after the first event. */
const GATHER_MS = 100;

/** An answer on its way may have been written before an event, and would hide it: ask once more after it. */
async function askAgainAfterwards(client: QueryClient, queryKey: readonly string[]): Promise<void> {
  const query = client.getQueryCache().find({ queryKey });
  if (query?.state.fetchStatus !== "fetching") return;
  await query.promise?.catch(() => undefined);
  await client.invalidateQueries({ queryKey });
}

/** Put an event where the screens look: the job's timeline at once. */
export function absorb(client: QueryClient, event: JobEvent): void {
  const timeline = keys.timeline(event.job_id);
  client.setQueryData<readonly JobEvent[]>(timeline, (known) =>
    known === undefined || known.some((one) => one.seq === event.seq) ? known : [...known, event],
  );
  void askAgainAfterwards(client, timeline);
  client.setQueryData<Job>(keys.job(event.job_id), (known) =>
    known === undefined || event.to === null ? known : { ...known, status: event.to },
  );
  if (event.to !== null) void client.invalidateQueries({ queryKey: keys.job(event.job_id), exact: true });
}

/** Bring the lists up to date: rows change in place, what counts or orders jobs is read anew. */
export function absorbInLists(client: QueryClient, events: readonly JobEvent[]): void {
  client.setQueriesData<JobPages>({ queryKey: keys.jobPages }, (known) =>
    known === undefined ? known : afterEvents(known, events),
  );
  void client.invalidateQueries({ queryKey: keys.jobLists });
  void client.invalidateQueries({ queryKey: keys.devices, refetchType: "none" });
}

/** Takes events one by one and hands them on together. */
function gatherer(take: (events: readonly JobEvent[]) => void) {
  let events: JobEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (event: JobEvent) => {
    events.push(event);
    timer ??= setTimeout(() => {
      timer = undefined;
      take(events);
      events = [];
    }, GATHER_MS);
  };
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<Liveness>("polling");
  const [isPaused, setPaused] = useState(false);
  const isAway = useIsAway();
  useEffect(() => {
    if (isPaused) return;
    const gather = gatherer((events) => {
      absorbInLists(client, events);
    });
    const stream = new LiveStream("/user/events", {
      onEvent: (event) => {
        absorb(client, event);
        gather(event);
      },
      // What is being asked already goes on, else it would never come to an end.
      onGap: () => void client.invalidateQueries(undefined, { cancelRefetch: false }),
      onLiveness: setState,
    });
    const follow = () => {
      if (document.hidden) stream.stop();
      else stream.start();
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      stream.stop();
    };
  }, [client, isPaused]);
  const live = useMemo<Live>(
    () => ({ liveness: isPaused ? "paused" : isAway ? "offline" : state, isPaused, setPaused }),
    [isAway, isPaused, state],
  );
  return <Watched value={live}>{children}</Watched>;
}

export function useLive(): Live {
  const live = useContext(Watched);
  if (live === null) throw new Error("useLive needs a LiveProvider above it.");
  return live;
}
