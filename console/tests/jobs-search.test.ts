import { describe, expect, it } from "vitest";
import { readFilter, sinceOf, withQualifier } from "@/screens/jobs/search";

const NOW = Date.parse("2026-03-10T12:00:00Z");

describe("the search field of the jobs list", () => {
  it("takes qualifiers out and leaves the other words as text", () => {
    expect(readFilter("status:failed  device:SC bell pair type:estimation", NOW)).toEqual({
      status: "failed",
      device: "SC",
      type: "estimation",
      text: "bell pair",
      problems: [],
    });
  });

  it("names what it does not understand instead of ignoring it", () => {
    const filter = readFilter("status:sucess since:yesterday type:xyz", NOW);
    expect(filter.problems).toEqual(["status:sucess", "since:yesterday", "type:xyz"]);
    expect(filter.status).toBeUndefined();
  });

  it("looks for a word with an unknown qualifier as it stands", () => {
    expect(readFilter("http://x a:b :c", NOW).text).toBe("http://x a:b :c");
  });

  it("reads ages and dates", () => {
    expect(sinceOf("90m", NOW)).toBe("2026-03-10T10:30:00.000Z");
    expect(sinceOf("2d", NOW)).toBe("2026-03-08T12:00:00.000Z");
    expect(sinceOf("2026-03-01", NOW)).toBe("2026-03-01T00:00:00.000Z");
    expect(sinceOf("2026-99-99", NOW)).toBeNull();
  });

  it("sets, replaces and takes out one qualifier", () => {
    expect(withQualifier("bell", "status", "ready")).toBe("status:ready bell");
    expect(withQualifier("status:ready bell", "status", "failed")).toBe("status:failed bell");
    expect(withQualifier("status:ready bell", "status", null)).toBe("bell");
  });
});
