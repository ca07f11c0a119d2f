import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { JobEvent } from "@/api/client";
import { keys } from "@/api/queries";
import { absorb } from "@/live/live";

const JOB = "a-job";

function event(seq: number, from: string | null, to: string): JobEvent {
  return { job_id: JOB, seq, at: "2026-03-10T12:00:00Z", actor: "provider", from, to, detail: {} };
}

const FIRST = event(1, null, "submitted");
const SECOND = event(2, "submitted", "ready");

it("keeps an event that comes while an older answer is on its way", async () => {
  const client = new QueryClient();
  const answers: ((events: readonly JobEvent[]) => void)[] = [];
  const observer = new QueryObserver<readonly JobEvent[]>(client, {
    queryKey: keys.timeline(JOB),
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(() => undefined);
  expect(answers).toHaveLength(1);
  absorb(client, SECOND);
  answers[0]?.([FIRST]);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.([FIRST, SECOND]);
  await expect.poll(() => client.getQueryData(keys.timeline(JOB))).toEqual([FIRST, SECOND]);
  stop();
});

it("adds an event once, and asks nothing when nothing is on its way", () => {
  const client = new QueryClient();
  client.setQueryData(keys.timeline(JOB), [FIRST]);
  absorb(client, SECOND);
  absorb(client, SECOND);
  expect(client.getQueryData(keys.timeline(JOB))).toEqual([FIRST, SECOND]);
});
