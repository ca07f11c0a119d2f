import { describe, expect, it } from "vitest";
import { lifetime, percent } from "@/format/quantity";
import { ago, span } from "@/format/time";

describe("lengths of time", () => {
  it("have the unit that people would choose", () => {
    expect([0.0004, 0.0123, 3.21, 42, 250, 7500].map(span)).toEqual([
      "0.40 ms",
      "12 ms",
      "3.2 s",
      "42 s",
      "4 min 10 s",
      "2 h 5 min",
    ]);
  });

  it("lie in the past or in the future, in the reader's language", () => {
    const now = Date.parse("2026-03-10T12:00:00Z");
    expect(ago(now - 180_000, now, "en")).toBe("3 min. ago");
    expect(ago(now + 12 * 3_600_000, now, "en")).toBe("in 12 hr.");
    expect(ago(now - 909 * 86_400_000, now, "en")).toBe("2 yr. ago");
    expect(ago(now - 180_000, now, "ja")).toBe("3 分前");
  });
});

describe("quantities of a device", () => {
  it("are rounded as a laboratory writes them", () => {
    expect([null, 0, 0.00027889, 0.0067, 0.0192].map(percent)).toEqual([
      "–",
      "0 %",
      "0.028 %",
      "0.67 %",
      "1.92 %",
    ]);
    expect([null, 112.142, 20.25, 1500, Infinity].map(lifetime)).toEqual([
      "–",
      "112 µs",
      "20.3 µs",
      "1.50 ms",
      "∞",
    ]);
  });
});
