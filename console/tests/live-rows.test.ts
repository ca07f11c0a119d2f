import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { JobEvent } from "@/api/client";
import { keys } from "@/api/queries";
import { absorbInLists } from "@/live/live";
import { afterEvent, afterEvents, type JobPages, type JobRow } from "@/live/rows";
import { newcomers } from "@/screens/jobs/list";

const AT = "2026-03-10T12:00:00Z";

function event(job_id: string, to: string | null, seq = 2): JobEvent {
  return { job_id, seq, at: AT, actor: "provider", from: "submitted", to, detail: {} };
}

const row = (job_id: string, status = "submitted"): JobRow => ({ job_id, status, submitted_at: AT });
const pages = (...all: JobRow[][]): JobPages => ({ pages: all, pageParams: all.map(() => null) });

describe("rows of the jobs list", () => {
  it("take status and moment from an event", () => {
    expect(afterEvent(row("a"), event("a", "running"))).toMatchObject({ status: "running", running_at: AT });
  });

  it("keep a moment that is already set", () => {
    const known = { ...row("a", "running"), running_at: "2026-03-10T11:00:00Z" };
    expect(afterEvent(known, event("a", "running"))?.running_at).toBe("2026-03-10T11:00:00Z");
  });

  it("go when their job is deleted, and nothing else moves", () => {
    const before = pages([row("a"), row("b")], [row("c")]);
    const after = afterEvents(before, [event("b", "cancelled"), event("b", null, 3)]);
    expect(after.pages.map((page) => page.map((one) => one.job_id))).toEqual([["a"], ["c"]]);
    expect(after.pages[1]).toBe(before.pages[1]);
  });

  it("are the same object when no event is about them", () => {
    const before = pages([row("a")]);
    expect(afterEvents(before, [event("x", "running")])).toBe(before);
  });

  it("change in every list that has been read", () => {
    const client = new QueryClient();
    client.setQueryData([...keys.jobPages, "", ""], pages([row("a")]));
    client.setQueryData([...keys.jobPages, "bell", ""], pages([row("a")]));
    absorbInLists(client, [event("a", "running"), event("a", "succeeded", 3)]);
    for (const [, known] of client.getQueriesData<JobPages>({ queryKey: keys.jobPages }))
      expect(known?.pages[0]?.[0]).toMatchObject({ status: "succeeded", running_at: AT, ended_at: AT });
  });
});

describe("new jobs", () => {
  it("are those before the first known one", () => {
    expect(newcomers([row("d"), row("c"), row("b")], pages([row("b"), row("a")]))).toBe(2);
    expect(newcomers([row("b")], pages([row("b")]))).toBe(0);
  });

  it("are all of the head when the list knows none of them", () => {
    expect(newcomers([row("d"), row("c")], pages([row("a")]))).toBe(2);
    expect(newcomers(undefined, pages([row("a")]))).toBe(0);
  });
});
