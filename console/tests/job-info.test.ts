import { describe, expect, it } from "vitest";
import type { Job } from "@/api/client";
import { bodyOf, pythonOf, quoted, waysOf } from "@/screens/job/copy-as";
import { partsOf, placeOf, readInfo } from "@/screens/job/info";
import { digitsOf } from "@/screens/job/result";
import { readJobSearch } from "@/screens/job/search";

const JOB: Job = {
  job_id: "j",
  status: "succeeded",
  name: "it's",
  description: "",
  device_id: "SC",
  job_type: "estimation",
  shots: 100,
  priority: 5,
  attempt: 1,
  job_info: JSON.stringify({ code: "OPENQASM 3;\n", operator: [{ pauli: "X 0 Z 1", coeff: -1.5 }] }),
  transpiler_info: { transpiler_lib: "qiskit", transpiler_options: { optimization_level: 2 } },
  simulator_info: {},
  mitigation_info: {},
  execution_time: null,
  created_at: "2026-01-01T00:00:00Z",
  submitted_at: null,
  ready_at: null,
  running_at: null,
  ended_at: null,
};

describe("job_info", () => {
  it("reads the text form and the object form alike", () => {
    const text = readInfo({ job_info: '{"code": "a"}' });
    expect(readInfo({ job_info: { program: ["a"] } }).programs).toEqual(text.programs);
    expect(readInfo({ job_info: "no JSON" })).toMatchObject({ programs: [], result: null, raw: "no JSON" });
  });

  it("finds the program, line and column that a reason points to", () => {
    expect(placeOf("line 4, column 1: the gate `hh` is not defined")).toEqual({
      program: 0,
      line: 4,
      column: 1,
    });
    expect(placeOf("program 1, line 2, column 13: no")).toEqual({ program: 1, line: 2, column: 13 });
    expect(placeOf("The job declares 40 qubits.")).toBeNull();
  });

  it("has a part for each program in the order of their numbers, or for each binding", () => {
    const divided = { "10": { a: 1 }, "2": { b: 1 } };
    const programs = partsOf({ sampling: { counts: { x: 1 }, divided_counts: divided } });
    expect(programs.map((part) => [part.kind, part.index])).toEqual([
      ["whole", 0],
      ["program", 2],
      ["program", 10],
    ]);
    expect(partsOf({ bindings: [{}, {}] }).map((part) => part.kind)).toEqual(["binding", "binding"]);
  });

  it("gives an estimate the digits that its error allows", () => {
    expect(digitsOf(0.0086)).toBe(4);
    expect(digitsOf(2.4)).toBe(1);
    expect(digitsOf(0)).toBe(6);
  });
});

describe("a job copied to run again", () => {
  const info = readInfo(JOB);

  it("is the same job", () => {
    expect(bodyOf(JOB, info)).toMatchObject({
      device_id: "SC",
      shots: 100,
      job_type: "estimation",
      name: "it's",
    });
    expect(JSON.parse(String(bodyOf(JOB, info)["job_info"]))).toEqual(JSON.parse(String(JOB.job_info)));
  });

  it("survives the quotes of a shell and of Python", () => {
    expect(quoted("it's")).toBe(`'it'\\''s'`);
    expect(pythonOf({ a: [true, null, "b"] })).toBe('{"a": [True, None, "b"]}');
  });

  it("uses the options of the command line", () => {
    const line = waysOf(JOB, info, "http://x").CLI.split("\n").at(-1);
    expect(line).toBe(
      `qumulus run program.qasm --device SC --shots 100 --name 'it'\\''s' --estimate 'X0 Z1:-1.5' --transpile 2`,
    );
  });
});

describe("the address of a job", () => {
  it("leaves out what means nothing, and what is usual", () => {
    expect(readJobSearch({ tab: "nope", top: 16, part: -1, log: "true", sort: "bits" })).toEqual({
      sort: "bits",
    });
    expect(readJobSearch({ tab: "raw", top: 64, part: 2, log: true, with: "j" })).toEqual({
      tab: "raw",
      top: 64,
      part: 2,
      log: true,
      with: "j",
    });
  });
});
