import { describe, expect, it } from "vitest";
import { median, pairsOf, readCalibration, type Qubit } from "@/format/calibration";
import { sortRows, type Column } from "@/parts/sortable";
import { badness, next, spotsOf } from "@/screens/devices/geometry";
import { readDeviceSearch } from "@/screens/devices/search";

const DOCUMENT = JSON.stringify({
  qubits: [
    {
      id: 0,
      position: { x: 0, y: 1 },
      fidelity: 0.9997,
      meas_error: { readout_assignment_error: 0.01 },
      qubit_lifetime: { t1: 100, t2: 1e9 },
    },
    { id: 1, position: { x: 1, y: 1 } },
  ],
  couplings: [
    { control: 0, target: 1, fidelity: 0.98, gate_duration: { cx: 300 } },
    { control: 1, target: 0, fidelity: 0.99, gate_duration: { cx: 320 } },
    { control: "x" },
  ],
});

describe("a calibration", () => {
  it("is read with what it holds, and null for the rest", () => {
    const known = readCalibration(DOCUMENT);
    expect(known?.qubits).toEqual([
      { id: 0, place: { x: 0, y: 1 }, readoutError: 0.01, gateError: 0.0003, t1: 100, t2: Infinity },
      { id: 1, place: { x: 1, y: 1 }, readoutError: null, gateError: null, t1: null, t2: null },
    ]);
    expect(known?.couplings).toHaveLength(2);
  });

  it.each([null, "", "not JSON", "[]", '{"qubits": []}', '{"qubits": 3}'])("is null for %j", (text) => {
    expect(readCalibration(text)).toBeNull();
  });

  it("counts a coupling of two directions once, by its better one", () => {
    const pairs = pairsOf(readCalibration(DOCUMENT)?.couplings ?? []);
    expect(pairs.map((one) => [one.control, one.target, one.error])).toEqual([[1, 0, 0.01]]);
  });

  it("has medians over what is known", () => {
    expect(median([3, null, 1, 2])).toBe(2);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(median([null])).toBeNull();
    expect(median([Infinity, Infinity])).toBe(Infinity);
  });
});

describe("a coupling map", () => {
  const grid = [
    { id: 0, x: 0, y: 0 },
    { id: 1, x: 1, y: 0 },
    { id: 2, x: 2, y: 0 },
    { id: 3, x: 1, y: 1 },
  ];

  it("is walked by arrow keys to the nearest qubit in that direction", () => {
    expect(next(grid, 0, "ArrowRight")).toBe(1);
    expect(next(grid, 1, "ArrowDown")).toBe(3);
    expect(next(grid, 3, "ArrowUp")).toBe(1);
    expect(next(grid, 2, "ArrowRight")).toBeNull();
    expect(next(grid, 0, "Enter")).toBeNull();
  });

  it("puts qubits on a grid when the document gives no places", () => {
    const bare = (id: number): Qubit => ({
      id,
      place: null,
      readoutError: null,
      gateError: null,
      t1: null,
      t2: null,
    });
    const spots = spotsOf([0, 1, 2, 3].map(bare));
    expect(new Set(spots.map(({ x, y }) => `${String(x)} ${String(y)}`)).size).toBe(4);
  });

  it("colours the best palest and the worst strongest, errors and lifetimes alike", () => {
    const error = badness([0.01, 0.1, null], false);
    expect([error(0.01), error(0.1), error(null)]).toEqual([0, 1, null]);
    const time = badness([50, 200], true);
    expect([time(50), time(200), time(Infinity)]).toEqual([1, 0, 0]);
    expect(badness([0, 0], false)(0)).toBe(0);
  });
});

describe("a sortable table", () => {
  const columns: Column<number | null>[] = [{ key: "n", title: "N", value: (one) => one, show: String }];

  it("sorts up and down with the unknown last", () => {
    expect(sortRows([2, null, 10, 1], columns, "n")).toEqual([1, 2, 10, null]);
    expect(sortRows([2, null, 10, 1], columns, "-n")).toEqual([10, 2, 1, null]);
    expect(sortRows([2, 1], columns, "nonsense")).toEqual([2, 1]);
  });
});

describe("the address of a device", () => {
  it("keeps what it understands and drops the rest", () => {
    expect(readDeviceSearch({ tab: "qubits", metric: "t1", sort: "-t1", other: 1 })).toEqual({
      tab: "qubits",
      metric: "t1",
      sort: "-t1",
    });
    expect(readDeviceSearch({ tab: "map", metric: "readoutError", sort: "a;b" })).toEqual({});
  });
});
