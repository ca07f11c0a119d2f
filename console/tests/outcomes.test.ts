import { describe, expect, it } from "vitest";
import { shortKey } from "@/charts/histogram";
import { countsCsv, csvOf, distance, histogram } from "@/charts/outcomes";

const COUNTS = { "11": 40, "00": 50, "01": 5, "10": 5 };

describe("a histogram", () => {
  it("takes the largest first, equals in the order of their bits", () => {
    const keys = histogram(COUNTS, { sort: "count", top: 4 }).bars.map((bar) => bar.key);
    expect(keys).toEqual(["00", "11", "01", "10"]);
  });

  it("keeps the largest even when they are shown by bits, and adds up the rest", () => {
    const found = histogram(COUNTS, { sort: "bits", top: 3 });
    expect(found.bars.map((bar) => bar.key)).toEqual(["00", "01", "11"]);
    expect(found.rest).toMatchObject({ count: 5, kinds: 1 });
    expect(found.total).toBe(100);
  });

  it("shows what only the other one has, and ranks by share, not by shots", () => {
    const found = histogram({ "0": 1000 }, { sort: "count", top: 2 }, { "1": 10 });
    expect(found.bars.map((bar) => [bar.key, bar.count, bar.other])).toEqual([
      ["0", 1000, 0],
      ["1", 0, 10],
    ]);
  });

  it("draws nothing of nothing", () => {
    expect(histogram({}, { sort: "count", top: 8 })).toEqual({
      bars: [],
      rest: null,
      total: 0,
      otherTotal: 0,
    });
  });

  it("shortens only keys that are too long, from the middle", () => {
    expect(shortKey("010101")).toBe("010101");
    expect(shortKey("1".repeat(10) + "0".repeat(20))).toBe("11111111…00000000");
  });
});

describe("the distance of two histograms", () => {
  it("is 0 of equal shares, 1 of nothing in common, the same both ways", () => {
    expect(distance({ a: 1, b: 1 }, { a: 50, b: 50 })).toBe(0);
    expect(distance({ a: 3 }, { b: 9 })).toBe(1);
    expect(distance(COUNTS, { "00": 1 })).toBeCloseTo(distance({ "00": 1 }, COUNTS));
  });
});

describe("a CSV file", () => {
  it("has every outcome with its share, and both of two histograms", () => {
    expect(countsCsv({ "1": 3, "0": 1 })).toBe("outcome,count,probability\r\n0,1,0.25\r\n1,3,0.75\r\n");
    expect(countsCsv({ "0": 1 }, { "0": 2 }).split("\r\n")[1]).toBe("0,1,1,2,1");
  });

  it("quotes what would break a row", () => {
    expect(csvOf([['say "a, b"', null, "x\ny"]])).toBe('"say ""a, b""",,"x\ny"\r\n');
  });
});
