import { describe, expect, it } from "vitest";
import { declaredNames, tokens } from "@/circuit/openqasm";
import { geometryOf, withoutIdleWires, wireY } from "@/circuit/geometry";
import { topologyOf } from "@/circuit/mapping";
import { fitOf, type Check } from "@/screens/new/checked";
import { draftOf, fieldOf, problemsOf, readDraft, submitBody, USUAL, type Draft } from "@/screens/new/draft";
import { EXAMPLE_DRAFTS } from "@/screens/new/examples";
import type { Device, Job } from "@/api/client";

const BELL: Draft = { ...USUAL, ...EXAMPLE_DRAFTS.bell, deviceId: "SC" };

describe("the draft of a job", () => {
  it("becomes what the Cloud takes, with nothing that was not chosen", () => {
    expect(submitBody(BELL)).toEqual({
      device_id: "SC",
      job_type: "sampling",
      shots: 1024,
      priority: 5,
      job_info: JSON.stringify({ code: BELL.programs[0] }),
    });
  });

  it("sends several programs, an operator, bindings and presets where they belong", () => {
    const many = submitBody({ ...BELL, ...EXAMPLE_DRAFTS.pair });
    expect(JSON.parse(String(many.job_info)).program).toHaveLength(2);
    const ising = submitBody({
      ...BELL,
      ...EXAMPLE_DRAFTS.ising,
      transpiler: "none",
      isMitigated: true,
      seed: "7",
    });
    expect(JSON.parse(String(ising.job_info)).operator[0]).toEqual({ pauli: "Z 0 Z 1", coeff: -1 });
    expect(ising).toMatchObject({
      transpiler_info: { transpiler_lib: null },
      mitigation_info: { ro_error_mitigation: "pseudo_inverse" },
      simulator_info: { seed_simulation: 7 },
    });
    const sweep = submitBody({ ...BELL, ...EXAMPLE_DRAFTS.sweep, transpiler: "3" });
    expect(JSON.parse(String(sweep.job_info)).parameters).toHaveLength(7);
    expect(sweep.transpiler_info).toEqual({
      transpiler_lib: "qiskit",
      transpiler_options: { optimization_level: 3 },
    });
  });

  it("of an earlier job carries along what the form does not ask for", () => {
    const earlier = {
      device_id: "SC",
      job_type: "sampling",
      shots: 200,
      priority: 7,
      name: "again",
      description: "of Monday",
      job_info: { code: "OPENQASM 3;" },
      transpiler_info: null,
      simulator_info: { seed_simulation: 3, max_calibration_age_s: 60 },
      mitigation_info: {},
    } as unknown as Job;
    const draft = draftOf(earlier);
    const carried = { priority: 7, description: "of Monday", simulator: { max_calibration_age_s: 60 } };
    expect(draft).toMatchObject({ seed: "3", carried });
    expect(submitBody(draft)).toMatchObject({
      priority: 7,
      description: "of Monday",
      simulator_info: { seed_simulation: 3, max_calibration_age_s: 60 },
    });
    const dropped = submitBody({ ...draft, seed: "", carried: {} });
    expect(dropped.priority).toBe(5);
    expect(Object.keys(dropped)).not.toContain("description");
    expect(Object.keys(dropped)).not.toContain("simulator_info");
  });

  it("names what cannot be sent", () => {
    const wrong: Draft = {
      ...BELL,
      deviceId: "",
      programs: [" "],
      shots: "many",
      seed: "-1",
      parameters: "{}",
    };
    expect([...problemsOf(wrong)]).toEqual([
      ["device", "needed"],
      ["program", "needed"],
      ["shots", "number"],
      ["seed", "number"],
      ["parameters", "json"],
    ]);
    expect(problemsOf(BELL).size).toBe(0);
  });

  it("is read back as it was kept, and never half", () => {
    expect(readDraft(JSON.stringify(BELL))).toEqual(BELL);
    expect(readDraft('{"deviceId": "SC"}')).toBeNull();
    expect(readDraft("{")).toBeNull();
    expect(readDraft(null)).toBeNull();
  });

  it("puts a refusal at its field", () => {
    const refusal = (code: string, message: string, details: readonly unknown[] = []) =>
      fieldOf({ code, message, details });
    expect(refusal("device_unusable", "There is no device 'x'.")).toBe("device");
    expect(refusal("bad_request", "'shots' is wrong", [{ field: "shots" }])).toBe("shots");
    expect(refusal("invalid_job_info", "… at `$.operator[0].coeff`; give 'code'")).toBe("operator");
    expect(refusal("invalid_job_info", "'job_info' has no program")).toBe("program");
    expect(refusal("too_many_requests", "Too many")).toBeNull();
  });
});

describe("whether a program fits a device", () => {
  const device = { device_id: "SC", n_qubits: 5 } as Device;
  const check = (qubits: number, codes: readonly string[] = [], severity = "note") =>
    ({
      ok: severity !== "error",
      diagnostics: codes.map((code) => ({ code, severity })),
      statistics: { n_qubits: qubits },
      parameters: [],
    }) as unknown as Check;

  it("counts the qubits of all programs together", () => {
    expect(fitOf([check(2), check(3)], device)).toBe("fits");
    expect(fitOf([check(3), check(3)], device)).toBe("fits.not");
  });

  it("knows what transpiling mends and what it does not", () => {
    expect(fitOf([check(2, ["needs_transpiling"])], device)).toBe("fits.after");
    expect(fitOf([check(2, ["unsupported_instruction"], "error")], device)).toBe("fits.not");
    expect(fitOf([check(2, ["invalid_program"], "error")], device)).toBe("fits.wrong");
    expect(fitOf([null], device)).toBe("fits.unknown");
  });
});

describe("OpenQASM in the editor", () => {
  it("colours words, not the insides of comments and names", () => {
    const text = 'gate hx q { h q; } // h\n/* cx */ include "a.inc"; rz(pi / 2.5e-3) $12;';
    const kinds = tokens(text).map((one) => `${text.slice(one.from, one.to)}:${one.kind}`);
    expect(kinds).toEqual([
      "gate:keyword",
      "h:gate",
      "// h:comment",
      "/* cx */:comment",
      "include:keyword",
      '"a.inc":string',
      "rz:gate",
      "pi:constant",
      "2.5e-3:number",
      "$12:physical",
    ]);
  });

  it("offers the names that a program declares", () => {
    const text = "qubit[2] qs; bit c; gate my(a) x { } input float theta; const int n = 3;";
    expect(declaredNames(text)).toEqual(["qs", "c", "my", "theta", "n"]);
  });
});

describe("a drawn circuit", () => {
  const item = (name: string, qubits: number[], controls: number[] = []) => ({
    kind: "gate",
    name,
    label: name.toUpperCase(),
    qubits,
    controls: controls.map((qubit) => ({ qubit, state: 1 })),
    clbit: null,
    line: 1,
    column: 1,
  });
  const layout = {
    qubits: ["q[0]", "q[1]", "q[2]"],
    clbits: [],
    columns: [[item("h", [0])], [item("x", [2], [0])]],
    is_complete: true,
  };

  it("sets columns side by side without overlap", () => {
    const [first, second] = geometryOf(layout).columns;
    if (first === undefined || second === undefined) throw new Error("Two columns were expected.");
    expect(first.x + first.width / 2).toBeLessThan(second.x - second.width / 2);
    expect(geometryOf(layout).height).toBeGreaterThan(wireY(2));
  });

  it("leaves out idle wires and moves what stands on the others", () => {
    const compact = withoutIdleWires(layout);
    expect(compact.qubits).toEqual(["q[0]", "q[2]"]);
    expect(compact.columns[1]?.[0]).toMatchObject({ qubits: [1], controls: [{ qubit: 0 }] });
  });

  it("knows a device's couplings once, whatever their direction", () => {
    const place = { position: { x: 0, y: 0 } };
    const info = {
      qubits: [
        { id: 0, ...place },
        { id: 1, ...place },
      ],
      couplings: [
        { control: 0, target: 1 },
        { control: 1, target: 0 },
      ],
    };
    expect(topologyOf(JSON.stringify(info))?.couplings).toEqual([[0, 1]]);
    expect(topologyOf(null)).toBeNull();
  });
});
