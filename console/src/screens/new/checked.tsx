/** What the server makes of the program: diagnostics, numbers, a drawing. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import type { components } from "@/api/_generated/user";
import type { Device } from "@/api/client";
import { CircuitDrawing } from "@/circuit/drawing";
import { checkOf, layoutOf } from "@/circuit/queries";
import { span } from "@/format/time";
import { useOwnTexts } from "@/i18n/own";
import { useSettled } from "./settled";
import { newTexts } from "./texts";

export type Check = components["schemas"]["CheckBody"];

const STILL_MS = 350;

/** `isCurrent`: the answer is of the program as it stands. */
export interface Checked {
  readonly check: Check | null;
  readonly error: Error | null;
  readonly isCurrent: boolean;
}

/** An estimation measures what its operator says: that the program does not is no fault. */
function withoutMeasuring(check: Check): Check {
  return { ...check, diagnostics: check.diagnostics.filter((one) => one.code !== "nothing_measured") };
}

/**
 * One answer for each program, in their order; the Cloud is asked when the typing pauses.
 * `isMeasured`: the job needs programs that measure something.
 */
export function useChecks(
  programs: readonly string[],
  deviceId: string,
  isMeasured: boolean,
): readonly Checked[] {
  const settled = useSettled(programs, STILL_MS);
  const found = useQueries({
    queries: settled.map((code) => ({
      ...checkOf(code, deviceId === "" ? null : deviceId),
      enabled: code.trim() !== "",
      placeholderData: keepPreviousData,
      ...(isMeasured ? {} : { select: withoutMeasuring }),
    })),
  });
  return programs.map((code, index) => {
    const answer = found[index];
    const isAsked = answer !== undefined && settled[index]?.trim() !== "";
    return {
      check: isAsked ? (answer.data ?? null) : null,
      error: isAsked ? answer.error : null,
      isCurrent: isAsked && settled[index] === code && !answer.isPlaceholderData,
    };
  });
}

export function LiveCircuit({ code, isReadable }: { code: string; isReadable: boolean }) {
  const say = useOwnTexts(newTexts);
  const settled = useSettled(code, STILL_MS);
  const layout = useQuery({
    ...layoutOf(settled),
    enabled: isReadable && settled.trim() !== "",
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card" aria-labelledby="circuit-title">
      <header>
        <h2 id="circuit-title">{say("circuit")}</h2>
      </header>
      <div className="body">
        {layout.data === undefined || layout.isError ? (
          <p className="soft">{layout.error?.message ?? say("circuit.wait")}</p>
        ) : (
          <CircuitDrawing layout={layout.data} title={say("circuit")} />
        )}
      </div>
    </section>
  );
}

const DRAWINGS: Readonly<Record<string, string>> = {
  error: "M4 4l8 8M12 4l-8 8",
  warning: "M8 3v6M8 12v.5",
  note: "M8 7v5M8 4v.5",
};

/** The same as the marks in the editor, as a list. */
export function Diagnostics({ checked, isEmpty }: { checked: Checked; isEmpty: boolean }) {
  const say = useOwnTexts(newTexts);
  const { check, error } = checked;
  if (isEmpty) return <p className="diagnostics soft">{say("empty")}</p>;
  if (error !== null) return <p className="diagnostics wrong">{error.message}</p>;
  if (check === null) return <p className="diagnostics soft">{say("checking")}</p>;
  const shown = check.diagnostics.filter((one) => one.code !== "needs_transpiling");
  if (shown.length === 0)
    return (
      <p className="diagnostics fine" role="status">
        {say("fine")}
      </p>
    );
  return (
    <ul className="diagnostics" aria-label={say("problems")} aria-live="polite">
      {shown.map((one, index) => (
        <li key={index} data-severity={one.severity}>
          <svg viewBox="0 0 16 16" aria-hidden>
            <path d={DRAWINGS[one.severity] ?? ""} />
          </svg>
          {one.line === null ? null : (
            <span className="number soft">{say("problem", { line: one.line, column: one.column ?? 1 })}</span>
          )}
          <span>
            {one.message}
            {one.hint === null ? null : <span className="soft"> · {one.hint}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Numbers({ check }: { check: Check | null }) {
  const say = useOwnTexts(newTexts);
  const numbers = check?.statistics;
  const rows = [
    [say("qubits"), numbers?.n_qubits],
    [say("depth"), numbers?.depth],
    [say("gates"), numbers?.n_gates],
    [say("twoQubit"), numbers?.n_gates_2q],
    [say("measured"), numbers?.n_measurements],
    [
      say("clifford"),
      numbers === undefined || numbers === null ? undefined : say(numbers.is_clifford ? "yes" : "no"),
    ],
  ] as const;
  return (
    <dl className="numbers number">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

export type Fit = "fits" | "fits.after" | "fits.not" | "fits.wrong" | "fits.unknown";

/** Errors that another device might not have. */
const OF_DEVICE = ["unsupported_instruction", "too_many_qubits", "limit_exceeded"];

/** Whether a device can run the program; of several programs, how many qubits all need together. */
export function fitOf(checks: readonly (Check | null)[], device: Device | undefined): Fit {
  if (device === undefined || checks.some((check) => check === null)) return "fits.unknown";
  const known = checks.flatMap((check) => (check === null ? [] : [check]));
  const needed = known.reduce((sum, check) => sum + (check.statistics?.n_qubits ?? 0), 0);
  const errors = known.flatMap((check) => check.diagnostics.filter((one) => one.severity === "error"));
  if (errors.some((one) => !OF_DEVICE.includes(one.code))) return "fits.wrong";
  if (errors.length > 0) return "fits.not";
  if (device.n_qubits !== null && needed > device.n_qubits) return "fits.not";
  const isForeign = known.some((check) => check.diagnostics.some((one) => one.code === "needs_transpiling"));
  return isForeign ? "fits.after" : "fits";
}

const CROSS = "M4 4l8 8M12 4l-8 8";
const TICK = "M3 8.5l3.5 3.5L13 5";
const FIT_DRAWINGS: Readonly<Record<Fit, string>> = {
  fits: TICK,
  "fits.after": TICK,
  "fits.not": CROSS,
  "fits.wrong": CROSS,
  "fits.unknown": "M4 8h8",
};

export function Fitting({
  fit,
  device,
  checks,
}: {
  fit: Fit;
  device: Device;
  checks: readonly (Check | null)[];
}) {
  const say = useOwnTexts(newTexts);
  const needed = checks.reduce((sum, check) => sum + (check?.statistics?.n_qubits ?? 0), 0);
  const isTooMany = device.n_qubits !== null && needed > device.n_qubits;
  const wait = device.expected_wait;
  return (
    <div className="fitting" data-fit={fit} role="status">
      <strong>
        <svg viewBox="0 0 16 16" aria-hidden>
          <path d={FIT_DRAWINGS[fit]} />
        </svg>
        {say(fit, { device: device.device_id })}
      </strong>
      {isTooMany ? <span>{say("fits.many", { needed, has: device.n_qubits ?? 0 })}</span> : null}
      <span className="soft number">
        {wait === null ? say("wait.unknown") : say(wait < 0.5 ? "wait.none" : "wait", { time: span(wait) })}
      </span>
    </div>
  );
}
