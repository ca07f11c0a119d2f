import type { UseQueryResult } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import type { Device } from "@/api/client";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import { Failed } from "@/parts/states";
import { Fitting, Numbers, type Check, type Fit } from "./checked";
import { JOB_TYPES, TRANSPILERS, type Draft, type Field, type Problems, type Refused } from "./draft";
import { OperatorEditor } from "./operator";
import { newTexts } from "./texts";

interface SettingsProps {
  readonly draft: Draft;
  readonly devices: UseQueryResult<readonly Device[]>;
  readonly device: Device | undefined;
  readonly checks: readonly (Check | null)[];
  readonly fit: Fit;
  readonly problems: Problems;
  readonly refused: Refused;
  readonly isPending: boolean;
  readonly onChange: (part: Partial<Draft>) => void;
}

export function Settings(props: SettingsProps) {
  const { draft, device, checks, fit, refused, isPending, onChange } = props;
  const say = useOwnTexts(newTexts);
  return (
    <section className="card settings" aria-labelledby="settings-title">
      <header>
        <h2 id="settings-title">{say("settings")}</h2>
      </header>
      <div className="body">
        <DeviceField {...props} />
        {device === undefined ? null : <Fitting fit={fit} device={device} checks={checks} />}
        {checks.length === 1 ? <Numbers check={checks[0] ?? null} /> : null}
        <hr />
        <div className="field">
          <span className="field-name">{say("type")}</span>
          <Choice
            label={say("type")}
            value={draft.jobType}
            options={JOB_TYPES.map((value) => ({ value, label: say(`type.${value}`) }))}
            onChange={(jobType) => {
              onChange({ jobType });
            }}
          />
        </div>
        {draft.jobType === "estimation" ? <OperatorEditor {...props} /> : null}
        <Bindings {...props} />
        <div className="pair">
          <TextField {...props} name="shots" label={say("shots")} isNumber />
          <TextField {...props} name="seed" label={say("seed")} hint={say("seed.hint")} isNumber />
        </div>
        <TextField {...props} name="name" label={say("name")} hint={say("name.hint")} />
        <Presets {...props} />
        <CarriedAlong {...props} />
        {refused !== null && refused.field === null ? (
          <p className="wrong" role="alert">
            {refused.message}
          </p>
        ) : null}
        <div className="row submit-row">
          <button type="submit" className="button primary" disabled={isPending}>
            {say(isPending ? "submitting" : "submit")}
            <kbd aria-hidden>{say("keys.submit")}</kbd>
          </button>
          <span className="soft hint">{say("draft")}</span>
        </div>
      </div>
    </section>
  );
}

interface LabelledProps {
  readonly field: Field;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problems: Problems;
  readonly refused: Refused;
  readonly children: (id: string, describedBy: string, isWrong: boolean) => ReactNode;
}

/** A field with its name, its hint, and what is wrong with it. */
export function Labelled({ field, label, hint, problems, refused, children }: LabelledProps) {
  const say = useOwnTexts(newTexts);
  const id = useId();
  const problem = problems.get(field);
  const message =
    problem === undefined ? (refused?.field === field ? refused.message : null) : say(`wrong.${problem}`);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id, `${id}-hint ${id}-wrong`, message !== null)}
      {hint === undefined ? null : (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      )}
      <span id={`${id}-wrong`} className="wrong" role={message === null ? undefined : "alert"}>
        {message}
      </span>
    </div>
  );
}

interface TextFieldProps extends SettingsProps {
  readonly name: "shots" | "seed" | "name";
  readonly label: string;
  readonly hint?: string;
  readonly isNumber?: boolean;
}

function TextField({
  name,
  label,
  hint,
  isNumber = false,
  draft,
  problems,
  refused,
  onChange,
}: TextFieldProps) {
  return (
    <Labelled field={name} label={label} hint={hint} problems={problems} refused={refused}>
      {(id, describedBy, isWrong) => (
        <input
          id={id}
          className={isNumber ? "input number" : "input"}
          inputMode={isNumber ? "numeric" : "text"}
          autoComplete="off"
          aria-describedby={describedBy}
          aria-invalid={isWrong}
          value={draft[name]}
          onChange={(event) => {
            onChange({ [name]: isNumber ? event.target.value.trim() : event.target.value });
          }}
        />
      )}
    </Labelled>
  );
}

function DeviceField({ draft, devices, problems, refused, onChange }: SettingsProps) {
  const say = useOwnTexts(newTexts);
  if (devices.isError && devices.data === undefined)
    return <Failed error={devices.error} retry={() => void devices.refetch()} />;
  const offered = devices.data ?? [];
  const hint = devices.isSuccess && offered.length === 0 ? say("device.none") : undefined;
  return (
    <Labelled field="device" label={say("device")} hint={hint} problems={problems} refused={refused}>
      {(id, describedBy, isWrong) => (
        <select
          id={id}
          className="input"
          aria-describedby={describedBy}
          aria-invalid={isWrong}
          value={draft.deviceId}
          onChange={(event) => {
            onChange({ deviceId: event.target.value });
          }}
        >
          {draft.deviceId === "" ? <option value="">{say("device.choose")}</option> : null}
          {offered.map((one) => (
            <option key={one.device_id} value={one.device_id}>
              {one.status === "available"
                ? say("device.option", { name: one.device_id, qubits: one.n_qubits ?? "?" })
                : say("device.closed", { name: one.device_id })}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Only where the program has parameters, or values have been written already. */
function Bindings({ draft, checks, problems, refused, onChange }: SettingsProps) {
  const say = useOwnTexts(newTexts);
  const names = checks[0]?.parameters ?? [];
  if (draft.jobType === "multi_manual" || (names.length === 0 && draft.parameters === "")) return null;
  const hint = say("parameters.hint", { names: names.join(", ") || "–" });
  return (
    <Labelled field="parameters" label={say("parameters")} hint={hint} problems={problems} refused={refused}>
      {(id, describedBy, isWrong) => (
        <textarea
          id={id}
          className="input code"
          rows={3}
          spellCheck={false}
          aria-describedby={describedBy}
          aria-invalid={isWrong}
          value={draft.parameters}
          onChange={(event) => {
            onChange({ parameters: event.target.value });
          }}
        />
      )}
    </Labelled>
  );
}

/** What comes from the earlier job though the form does not ask for it: told, and easy to drop. */
function CarriedAlong({ draft, onChange }: SettingsProps) {
  const say = useOwnTexts(newTexts);
  const { priority, description, simulator = {} } = draft.carried;
  const told = [
    ...(priority === undefined ? [] : [say("carried.priority", { priority })]),
    ...(description === undefined ? [] : [say("carried.description")]),
    ...Object.entries(simulator).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
  ];
  if (told.length === 0) return null;
  return (
    <p className="hint carried">
      {say("carried", { told: told.join(", ") })}{" "}
      <button
        type="button"
        className="link"
        onClick={() => {
          onChange({ carried: {} });
        }}
      >
        {say("carried.drop")}
      </button>
    </p>
  );
}

function Presets({ draft, onChange }: SettingsProps) {
  const say = useOwnTexts(newTexts);
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{say("transpiler")}</label>
        <select
          id={id}
          className="input"
          value={draft.transpiler}
          onChange={(event) => {
            const transpiler = TRANSPILERS.find((one) => one === event.target.value);
            if (transpiler !== undefined) onChange({ transpiler });
          }}
        >
          {TRANSPILERS.map((one) => (
            <option key={one} value={one}>
              {say(`transpiler.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.isMitigated}
          onChange={(event) => {
            onChange({ isMitigated: event.target.checked });
          }}
        />
        {say("mitigation")}
      </label>
    </>
  );
}
