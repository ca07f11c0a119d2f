/** A job as a line to run again: for a shell, the command line, Python. */
import type { Job } from "@/api/client";
import { quoted } from "@/format/shell";
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

/** A file with a text, written by the shell; no line of the text can end it early. */
function heredoc(file: string, text: string, mark: string): string {
  const lines = text.trimEnd().split("\n");
  let end = mark;
  while (lines.includes(end)) end += "_";
  return `cat > ${file} <<'${end}'\n${lines.join("\n")}\n${end}\n`;
}

function cliOf(job: Job, info: Info): string {
  const files = info.programs.map((_, index) =>
    info.programs.length === 1 ? "program.qasm" : `program-${String(index)}.qasm`,
  );
  const said = [transpileOptions(job), simulatorOptions(job), mitigationOptions(job)];
  const options = [
    `--device ${quoted(job.device_id)}`,
    `--shots ${String(job.shots)}`,
    ...(job.name === "" ? [] : [`--name ${quoted(job.name)}`]),
    ...(info.operator === null ? [] : [`--estimate ${quoted(terms(info))}`]),
    ...(info.parameters === null ? [] : ["--bind @bindings.json"]),
    ...said.flatMap((one) => one.options),
    ...(job.priority === USUAL_PRIORITY ? [] : [`--priority ${String(job.priority)}`]),
  ];
  const unsaid = [
    ...(job.description === "" ? [] : ["description"]),
    ...(job.job_type === "multi_manual" && files.length === 1 ? ["job_type"] : []),
    ...said.flatMap((one) => one.unsaid),
  ];
  return [
    ...(unsaid.length === 0 ? [] : [`# The command line has no option for ${unsaid.join(", ")}.\n`]),
    ...info.programs.map((text, index) => heredoc(files[index] ?? "", text, "QASM")),
    ...(info.parameters === null ? [] : [heredoc("bindings.json", JSON.stringify(info.parameters), "JSON")]),
    `qumulus run ${files.join(" ")} ${options.join(" ")}`,
  ].join("");
}

/** Options that say a part of a job, and what of it none can say. */
interface Said {
  readonly options: readonly string[];
  readonly unsaid: readonly string[];
}

function isSame(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}

function transpileOptions({ transpiler_info: asked }: Job): Said {
  if (asked === null) return { options: [], unsaid: [] };
  const levels = [0, 1, 2, 3].map(
    (level) =>
      [
        String(level),
        { transpiler_lib: "qiskit", transpiler_options: { optimization_level: level } },
      ] as const,
  );
  const known = [["none", { transpiler_lib: null }] as const, ["default", {}] as const, ...levels];
  const word = known.find(([, info]) => isSame(info, asked))?.[0];
  return word === undefined
    ? { options: [], unsaid: ["transpiler_info"] }
    : { options: [`--transpile ${word}`], unsaid: [] };
}

const SIMULATOR_OPTIONS: Readonly<Record<string, (value: unknown) => string | null>> = {
  seed_simulation: (value) => (typeof value === "number" ? `--seed ${String(value)}` : null),
  method: (value) => (typeof value === "string" ? `--method ${quoted(value)}` : null),
  exact: (value) => (value === true ? "--exact" : value === false ? "" : null),
  max_calibration_age_s: (value) =>
    typeof value === "number" ? `--max-calibration-age ${String(value)}` : null,
};

function simulatorOptions({ simulator_info: asked }: Job): Said {
  const options: string[] = [];
  const unsaid: string[] = [];
  for (const [key, value] of Object.entries(asked)) {
    const option = SIMULATOR_OPTIONS[key]?.(value) ?? null;
    if (option === null) unsaid.push(`simulator_info.${key}`);
    else if (option !== "") options.push(option);
  }
  return { options, unsaid };
}

function mitigationOptions({ mitigation_info: asked }: Job): Said {
  if (isEmpty(asked)) return { options: [], unsaid: [] };
  return isSame(asked, { ro_error_mitigation: "pseudo_inverse" })
    ? { options: ["--mitigate"], unsaid: [] }
    : { options: [], unsaid: ["mitigation_info"] };
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
  return /"""|\\|"$/.test(text) ? JSON.stringify(text) : `"""${text}"""`;
}

function scriptOf(job: Job, info: Info): string {
  const programs = info.programs.map(pythonText);
  const isMany = programs.length > 1 || job.job_type === "multi_manual";
  const program = isMany ? `[${programs.join(", ")}]` : (programs[0] ?? '""');
  const pairs = info.operator?.map((one) => `(${pythonOf(one.pauli)}, ${pythonOf(one.coeff)})`);
  const optional = {
    name: job.name,
    description: job.description,
    priority: job.priority === USUAL_PRIORITY ? null : job.priority,
    parameters: info.parameters,
    transpiler: job.transpiler_info,
    simulator: isEmpty(job.simulator_info) ? null : job.simulator_info,
    mitigation: isEmpty(job.mitigation_info) ? null : job.mitigation_info,
  };
  const given = [
    ...Object.entries({ device: job.device_id, shots: job.shots, job_type: job.job_type }),
    ...Object.entries(optional).filter(([, value]) => value !== null && value !== ""),
  ];
  const lines = given.map(([name, value]) => `        ${name}=${pythonOf(value)},`);
  if (pairs !== undefined) lines.push(`        operator=[${pairs.join(", ")}],`);
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
