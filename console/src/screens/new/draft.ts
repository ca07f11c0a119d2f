/** A job as it is being written: kept in this browser, and turned into what the Cloud takes. */
import type { components } from "@/api/_generated/user";
import type { Job } from "@/api/client";
import { readInfo, USUAL_PRIORITY } from "@/screens/job/info";

export type SubmitBody = components["schemas"]["SubmitJob"];

export const JOB_TYPES = ["sampling", "estimation", "multi_manual"] as const;
export type JobType = (typeof JOB_TYPES)[number];

export const TRANSPILERS = ["default", "none", "0", "1", "2", "3"] as const;
export type Transpiler = (typeof TRANSPILERS)[number];

export interface TermText {
  readonly pauli: string;
  readonly coeff: string;
}

/** What an earlier job has and the form does not ask for. */
export interface Carried {
  readonly priority?: number;
  readonly description?: string;
  readonly simulator?: Readonly<Record<string, unknown>>;
}

/** Numbers are texts here: what is being typed need not be one yet. */
export interface Draft {
  readonly deviceId: string;
  readonly jobType: JobType;
  readonly programs: readonly string[];
  readonly shots: string;
  readonly name: string;
  readonly transpiler: Transpiler;
  readonly isMitigated: boolean;
  readonly seed: string;
  readonly operator: readonly TermText[];
  /** JSON: a list of objects; empty: none. */
  readonly parameters: string;
  readonly carried: Carried;
}

export const FIELDS = ["device", "program", "shots", "name", "operator", "parameters", "seed"] as const;
export type Field = (typeof FIELDS)[number];

export type Problems = ReadonlyMap<Field, "needed" | "number" | "json">;

/** What the Cloud refused, and at which field it belongs. */
export type Refused = { readonly field: Field | null; readonly message: string } | null;

const KEYS: readonly (keyof Draft)[] = [
  "deviceId",
  "jobType",
  "programs",
  "shots",
  "name",
  "transpiler",
  "isMitigated",
  "seed",
  "operator",
  "parameters",
  "carried",
];

export const USUAL: Draft = {
  deviceId: "",
  jobType: "sampling",
  programs: [""],
  shots: "1024",
  name: "",
  transpiler: "default",
  isMitigated: false,
  seed: "",
  operator: [{ pauli: "Z 0 Z 1", coeff: "1" }],
  parameters: "",
  carried: {},
};

/** A draft as it was kept; null if it is none, or one of another version of the console. */
export function readDraft(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null) return null;
    const draft = found as Partial<Draft>;
    const isSame = KEYS.every((key) => typeof draft[key] === typeof USUAL[key]);
    return isSame && Array.isArray(draft.programs) && Array.isArray(draft.operator) ? (draft as Draft) : null;
  } catch {
    return null;
  }
}

/** The same job once more, to be changed or not. */
export function draftOf(job: Job): Draft {
  const info = readInfo(job);
  const { seed_simulation: seed, ...simulator } = job.simulator_info as Readonly<Record<string, unknown>>;
  const mitigation = job.mitigation_info as Readonly<Record<string, unknown>>;
  return {
    deviceId: job.device_id,
    jobType: JOB_TYPES.find((one) => one === job.job_type) ?? "sampling",
    programs: info.programs.length === 0 ? [""] : info.programs,
    shots: String(job.shots),
    name: job.name,
    transpiler: transpilerOf(job.transpiler_info),
    isMitigated: Object.keys(mitigation).length > 0,
    seed: typeof seed === "number" ? String(seed) : "",
    operator: info.operator?.map(({ pauli, coeff }) => ({ pauli, coeff: String(coeff) })) ?? USUAL.operator,
    parameters: info.parameters === null ? "" : JSON.stringify(info.parameters),
    carried: {
      ...(job.priority === USUAL_PRIORITY ? {} : { priority: job.priority }),
      ...(job.description === "" ? {} : { description: job.description }),
      ...(Object.keys(simulator).length === 0 ? {} : { simulator }),
    },
  };
}

function transpilerOf(info: unknown): Transpiler {
  if (typeof info !== "object" || info === null) return "default";
  const asked = info as Readonly<Record<string, unknown>>;
  if (asked["transpiler_lib"] === null) return "none";
  const options = asked["transpiler_options"] as Readonly<Record<string, unknown>> | undefined;
  const level = String(options?.["optimization_level"] ?? "default");
  return TRANSPILERS.find((one) => one === level) ?? "default";
}

const WHOLE = /^\d+$/;

/** What is wrong before the Cloud is asked: only what cannot even be sent. */
export function problemsOf(draft: Draft): Problems {
  const found = new Map<Field, "needed" | "number" | "json">();
  if (draft.deviceId === "") found.set("device", "needed");
  if (usedPrograms(draft).some((program) => program.trim() === "")) found.set("program", "needed");
  if (!WHOLE.test(draft.shots)) found.set("shots", "number");
  if (draft.seed !== "" && !WHOLE.test(draft.seed)) found.set("seed", "number");
  if (draft.jobType === "estimation") {
    if (draft.operator.length === 0) found.set("operator", "needed");
    if (draft.operator.some(({ coeff }) => coeff.trim() === "" || !Number.isFinite(Number(coeff))))
      found.set("operator", "number");
  }
  if (draft.parameters.trim() !== "" && listOf(draft.parameters) === null) found.set("parameters", "json");
  return found;
}

function listOf(text: string): readonly unknown[] | null {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

/** Several programs belong to `multi_manual` only. */
export function usedPrograms(draft: Draft): readonly string[] {
  return draft.jobType === "multi_manual" ? draft.programs : draft.programs.slice(0, 1);
}

/** What `POST /jobs` takes; of a draft without problems. */
export function submitBody(draft: Draft): SubmitBody {
  const programs = usedPrograms(draft);
  const parameters = draft.jobType === "multi_manual" ? null : listOf(draft.parameters);
  const { priority = USUAL_PRIORITY, description } = draft.carried;
  const info = {
    ...(draft.jobType === "multi_manual" ? { program: programs } : { code: programs[0] ?? "" }),
    ...(draft.jobType === "estimation"
      ? { operator: draft.operator.map(({ pauli, coeff }) => ({ pauli, coeff: Number(coeff) })) }
      : {}),
    ...(parameters === null ? {} : { parameters }),
  };
  return {
    device_id: draft.deviceId,
    job_type: draft.jobType,
    shots: Number(draft.shots),
    priority,
    job_info: JSON.stringify(info),
    ...(draft.name.trim() === "" ? {} : { name: draft.name.trim() }),
    ...(description === undefined ? {} : { description }),
    ...transpilerInfo(draft.transpiler),
    ...simulatorInfo(draft),
    ...(draft.isMitigated ? { mitigation_info: { ro_error_mitigation: "pseudo_inverse" } } : {}),
  };
}

function simulatorInfo({ seed, carried: { simulator } }: Draft): Pick<SubmitBody, "simulator_info"> {
  if (seed === "") return simulator === undefined ? {} : { simulator_info: { ...simulator } };
  return { simulator_info: { ...simulator, seed_simulation: Number(seed) } };
}

function transpilerInfo(chosen: Transpiler): Pick<SubmitBody, "transpiler_info"> {
  if (chosen === "default") return {};
  if (chosen === "none") return { transpiler_info: { transpiler_lib: null } };
  const options = { optimization_level: Number(chosen) };
  return { transpiler_info: { transpiler_lib: "qiskit", transpiler_options: options } };
}

const FIELD_OF: readonly (readonly [RegExp, Field])[] = [
  [/\$\.operator|operator/, "operator"],
  [/\$\.parameters|parameters/, "parameters"],
  [/program|code/, "program"],
  [/simulator_info|seed/, "seed"],
];

/** At which field a refusal belongs; null: at none, it is said above the button. */
export function fieldOf(error: { code: string; message: string; details: readonly unknown[] }): Field | null {
  if (error.code === "device_unusable" || error.code === "wrong_device") return "device";
  const [detail] = error.details;
  const named =
    typeof detail === "object" && detail !== null
      ? (detail as Readonly<Record<string, unknown>>)["field"]
      : undefined;
  if (named === "device_id") return "device";
  const own = FIELDS.find((field) => field === named);
  if (own !== undefined) return own;
  if (error.code !== "invalid_job_info" && error.code !== "invalid_program") return null;
  return FIELD_OF.find(([pattern]) => pattern.test(error.message))?.[1] ?? "program";
}
