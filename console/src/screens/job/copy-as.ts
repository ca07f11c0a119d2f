/** A job as a line to run again: for a shell, the command line, Python. */
import type { Job } from "@/api/client";
import type { Ways } from "@/parts/copy-as";
import { USUAL_PRIORITY, type Info } from "./info";

/** What `POST /jobs` takes to make the same job once more. */
export function bodyOf(job: Job, info: Info): Readonly<Record<string, unknown>> {
  const [first] = info.programs;
  const isMany = info.programs.length > 1 || job.job_type === "multi_manual";
  const program = isMany ? { program: info.programs } : { code: first ?? "" };
  const content = {
    ...program,
    ...(info.operator === null ? {} : { operator: info.operator }),
    ...(info.parameters === null ? {} : { parameters: info.parameters }),
  };
  return {
    device_id: job.device_id,
    job_type: job.job_type,
    shots: job.shots,
    ...(job.priority === USUAL_PRIORITY ? {} : { priority: job.priority }),
    ...(job.name === "" ? {} : { name: job.name }),
    ...(job.description === "" ? {} : { description: job.description }),
    job_info: JSON.stringify(content),
    ...(job.transpiler_info === null ? {} : { transpiler_info: job.transpiler_info }),
    ...(isEmpty(job.simulator_info) ? {} : { simulator_info: job.simulator_info }),
    ...(isEmpty(job.mitigation_info) ? {} : { mitigation_info: job.mitigation_info }),
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

/** One argument of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function curlOf(job: Job, info: Info, origin: string): string {
  const body = JSON.stringify(bodyOf(job, info));
  return [
    `curl -X POST ${origin}/user/jobs \\`,
    `  -H "Authorization: Bearer $QUMULUS_TOKEN" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(body)}`,
  ].join("\n");
}

/** `X0 X1:1.5, Z0:-1`, as `--estimate` takes it. */
function terms(info: Info): string {
  return (info.operator ?? [])
    .map(({ pauli, coeff }) => `${pauli.replace(/([IXYZ])\s+/g, "$1")}:${String(coeff)}`)
    .join(", ");
}

function cliOf(job: Job, info: Info): string {
  const files = info.programs.map((_, index) =>
    info.programs.length === 1 ? "program.qasm" : `program-${String(index)}.qasm`,
  );
  const bindings = info.parameters === null ? [] : ["--bind @bindings.json"];
  const options = [
    `--device ${quoted(job.device_id)}`,
    `--shots ${String(job.shots)}`,
    ...(job.name === "" ? [] : [`--name ${quoted(job.name)}`]),
    ...(info.operator === null ? [] : [`--estimate ${quoted(terms(info))}`]),
    ...bindings,
    ...transpileOption(job),
    ...(isEmpty(job.mitigation_info) ? [] : ["--mitigate"]),
  ];
  const heredocs = info.programs.map(
    (text, index) => `cat > ${files[index] ?? ""} <<'QASM'\n${text.trimEnd()}\nQASM\n`,
  );
  const values =
    info.parameters === null
      ? []
      : [`cat > bindings.json <<'JSON'\n${JSON.stringify(info.parameters)}\nJSON\n`];
  return [...heredocs, ...values, `qumulus run ${files.join(" ")} ${options.join(" ")}`].join("");
}

function transpileOption(job: Job): string[] {
  const asked = job.transpiler_info as Readonly<Record<string, unknown>> | null;
  if (asked === null) return [];
  if (asked["transpiler_lib"] === null) return ["--transpile none"];
  const options = asked["transpiler_options"] as Readonly<Record<string, unknown>> | undefined;
  const level = options?.["optimization_level"];
  return [`--transpile ${typeof level === "number" ? String(level) : "default"}`];
}

/** JSON as Python writes it. */
export function pythonOf(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}: ${pythonOf(one)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

function pythonText(text: string): string {
  return text.includes('"""') || text.includes("\\") ? JSON.stringify(text) : `"""${text}"""`;
}

function scriptOf(job: Job, info: Info): string {
  const programs = info.programs.map(pythonText);
  const program = programs.length === 1 ? (programs[0] ?? '""') : `[${programs.join(", ")}]`;
  const operator =
    info.operator === null ? null : Object.fromEntries(info.operator.map((one) => [one.pauli, one.coeff]));
  const given: readonly (readonly [string, unknown])[] = [
    ["device", job.device_id],
    ["shots", job.shots],
    ["job_type", job.job_type],
    ...(job.name === "" ? [] : [["name", job.name] as const]),
    ...(operator === null ? [] : [["operator", operator] as const]),
    ...(info.parameters === null ? [] : [["parameters", info.parameters] as const]),
    ...(job.transpiler_info === null ? [] : [["transpiler", job.transpiler_info] as const]),
    ...(isEmpty(job.simulator_info) ? [] : [["simulator", job.simulator_info] as const]),
    ...(isEmpty(job.mitigation_info) ? [] : [["mitigation", job.mitigation_info] as const]),
  ];
  const lines = given.map(([name, value]) => `        ${name}=${pythonOf(value)},`);
  return [
    "from qumulus import Client",
    "",
    `program = ${program}`,
    "",
    "with Client() as client:",
    "    result = client.run(",
    "        program,",
    ...lines,
    "    )",
    `    print(${job.job_type === "estimation" ? "result.exp_value, result.stds" : "result"})`,
  ].join("\n");
}

/** `origin`: where the Cloud is, such as `http://127.0.0.1:8080`. */
export function waysOf(job: Job, info: Info, origin: string): Ways {
  return { curl: curlOf(job, info, origin), Python: scriptOf(job, info), CLI: cliOf(job, info) };
}
