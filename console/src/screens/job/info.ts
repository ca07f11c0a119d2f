/** What a job's `job_info` says, whatever the form in which it was submitted. */
import type { Job } from "@/api/client";
import type { Counts } from "@/charts/outcomes";

export interface Sampling {
  readonly counts: Counts;
  readonly raw_counts?: Counts;
  readonly divided_counts?: Readonly<Record<string, Counts>>;
}

export interface Estimation {
  readonly exp_value: number;
  readonly stds: number;
}

export interface Outcome {
  readonly sampling?: Sampling | null;
  readonly estimation?: Estimation | null;
}

/** The evidence of a result; more keys may stand in it. */
export interface Provenance {
  readonly started_at?: string;
  readonly ended_at?: string;
  readonly stages?: Readonly<Record<string, number | undefined>>;
  readonly [key: string]: unknown;
}

export interface Result extends Outcome {
  readonly bindings?: readonly Outcome[];
  readonly provenance?: Provenance;
}

export interface Transpiled {
  readonly transpiled_program?: string;
  readonly stats?: { readonly before?: Statistics; readonly after?: Statistics };
  readonly virtual_physical_mapping?: { readonly qubit_mapping?: Readonly<Record<string, number>> };
}

export type Statistics = Readonly<Record<string, number | undefined>>;
export type Term = Readonly<{ pauli: string; coeff: number }>;

export interface Info {
  readonly programs: readonly string[];
  readonly operator: readonly Term[] | null;
  readonly parameters: readonly Readonly<Record<string, unknown>>[] | null;
  readonly result: Result | null;
  readonly transpiled: Transpiled | null;
  readonly combined: string | null;
  readonly reason: string | null;
  readonly reasonCode: string | null;
  /** As it was answered, read if it was a text. */
  readonly raw: unknown;
}

/** Of a job that says nothing of it. */
export const USUAL_PRIORITY = 5;

const FINAL = ["succeeded", "failed", "cancelled"];

export function isFinal(status: string): boolean {
  return FINAL.includes(status);
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf<T>(value: unknown): T | null {
  return isFields(value) ? (value as T) : null;
}

function listOf<T>(value: unknown): readonly T[] | null {
  return Array.isArray(value) ? (value as readonly T[]) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** One text or several; those of the files form are URLs and not here. */
function programsOf(fields: Fields): string[] {
  const { code, program } = fields;
  if (typeof code === "string") return [code];
  if (typeof program === "string") return [program];
  return Array.isArray(program) ? program.filter((one): one is string => typeof one === "string") : [];
}

export function readInfo(job: Pick<Job, "job_info">): Info {
  const raw = typeof job.job_info === "string" ? parsed(job.job_info) : job.job_info;
  const fields = isFields(raw) ? raw : {};
  return {
    programs: programsOf(fields),
    operator: listOf<Term>(fields["operator"]),
    parameters: listOf<Fields>(fields["parameters"]),
    result: fieldsOf<Result>(fields["result"]),
    transpiled: fieldsOf<Transpiled>(fields["transpile_result"]),
    combined: textOf(fields["combined_program"]),
    reason: textOf(fields["reason"]) ?? textOf(fields["message"]),
    reasonCode: textOf(fields["reason_code"]),
    raw,
  };
}

/** What can be looked at by itself: the job, its programs, or its bindings. */
export interface Part {
  readonly kind: "whole" | "program" | "binding";
  readonly index: number;
  readonly outcome: Outcome;
}

export function partsOf(result: Result): readonly Part[] {
  if (result.bindings !== undefined)
    return result.bindings.map((outcome, index) => ({ kind: "binding", index, outcome }));
  const whole: Part = { kind: "whole", index: 0, outcome: result };
  const divided = Object.entries(result.sampling?.divided_counts ?? {});
  return [
    whole,
    ...divided
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([name, counts]): Part => ({
        kind: "program",
        index: Number(name),
        outcome: { sampling: { counts } },
      })),
  ];
}

export interface Place {
  readonly program: number;
  readonly line: number;
  readonly column: number;
}

const PLACE = /(?:program (\d+), )?line (\d+), column (\d+)/;

/** Where the reason of a failure points to; null: to no line. */
export function placeOf(reason: string | null): Place | null {
  const found = reason === null ? null : PLACE.exec(reason);
  return found === null
    ? null
    : { program: Number(found[1] ?? 0), line: Number(found[2]), column: Number(found[3]) };
}
