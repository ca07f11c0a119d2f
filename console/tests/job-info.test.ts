import { describe, expect, it } from "vitest";
import type { Job } from "@/api/client";
import { quoted } from "@/format/shell";
import { bodyOf, pythonOf, waysOf } from "@/screens/job/copy-as";
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

describe("nothing of a job is lost when it is copied", () => {
  const whole: Job = {
    ...JOB,
    name: "",
    description: "why",
    priority: 2,
    job_info: JSON.stringify({
      code: "OPENQASM 3;\n/*\nQASM\nrm -rf ~\n*/\n",
      operator: [
        { pauli: "Z 0", coeff: 1 },
        { pauli: "Z 0", coeff: 2 },
      ],
    }),
    simulator_info: {
      seed_simulation: 7,
      method: "stabilizer",
      exact: true,
      max_calibration_age_s: 60,
      engine: "aer",
    },
    transpiler_info: { transpiler_lib: "qiskit", transpiler_options: { seed_transpiler: 3 } },
    mitigation_info: { ro_error_mitigation: "pseudo_inverse" },
  };
  const ways = waysOf(whole, readInfo(whole), "http://x");

  it("to the command line, which tells what it cannot say", () => {
    const lines = ways.CLI.split("\n");
    expect(lines.at(-1)).toContain(
      "--seed 7 --method stabilizer --exact --max-calibration-age 60 --mitigate --priority 2",
    );
    expect(lines[0]).toBe(
      "# The command line has no option for description, transpiler_info, simulator_info.engine.",
    );
  });

  it("to Python, with a term that stands there twice", () => {
    for (const line of [
      'simulator={"seed_simulation": 7, "method": "stabilizer", "exact": True, "max_calibration_age_s": 60, "engine": "aer"},',
      'description="why",',
      "priority=2,",
      'operator=[("Z 0", 1), ("Z 0", 2)],',
    ])
      expect(ways.Python).toContain(line);
  });

  it("and no line of a program can be taken for a command of the shell", () => {
    const [, begin, ...rest] = ways.CLI.split("\n");
    const mark = /<<'(\w+)'/.exec(begin ?? "")?.[1] ?? "";
    expect(rest.indexOf(mark)).toBeGreaterThan(rest.indexOf("rm -rf ~"));
  });

  it("not even the list around a single program", () => {
    const alone: Job = { ...JOB, job_type: "multi_manual", job_info: JSON.stringify({ program: ['a"'] }) };
    expect(waysOf(alone, readInfo(alone), "http://x").Python).toContain('program = ["a\\""]');
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
