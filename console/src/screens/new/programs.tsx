import { lazy, Suspense } from "react";
import { useOwnTexts } from "@/i18n/own";
import { Diagnostics, type Checked } from "./checked";
import type { Draft, Refused } from "./draft";
import { newTexts } from "./texts";

const Editor = lazy(async () => ({ default: (await import("@/circuit/editor")).Editor }));

const MOST_PROGRAMS = 16;

interface Props {
  readonly draft: Draft;
  readonly position: number;
  readonly checks: readonly Checked[];
  readonly wrong: "needed" | "number" | "json" | undefined;
  readonly refused: Refused;
  readonly onChoose: (position: number) => void;
  readonly onChange: (part: Partial<Draft>) => void;
  readonly onSubmit: () => void;
}

/** The editor; of several programs one at a time. */
export function Programs(props: Props) {
  const { draft, position, checks, wrong, refused, onChange, onSubmit } = props;
  const say = useOwnTexts(newTexts);
  const code = draft.programs[position] ?? "";
  const checked = checks[position];
  const isMany = draft.jobType === "multi_manual";
  return (
    <section className="card" aria-labelledby="program-title">
      <header>
        <h2 id="program-title">{say("program")}</h2>
        {isMany ? <Several {...props} /> : null}
        <span className="soft hint">{say("editor.hint")}</span>
      </header>
      <Suspense fallback={<pre className="editor-awaited">{code}</pre>}>
        <Editor
          key={position}
          value={code}
          label={isMany ? say("program.n", { index: position }) : say("editor.label")}
          diagnostics={checked?.isCurrent === true ? (checked.check?.diagnostics ?? NONE) : NONE}
          onChange={(text) => {
            onChange({ programs: draft.programs.map((one, index) => (index === position ? text : one)) });
          }}
          onSubmit={onSubmit}
        />
      </Suspense>
      {wrong === undefined ? null : <p className="diagnostics wrong">{say(`wrong.${wrong}`)}</p>}
      {refused?.field === "program" ? (
        <p className="diagnostics wrong" role="alert">
          {refused.message}
        </p>
      ) : null}
      {checked === undefined ? null : <Diagnostics checked={checked} isEmpty={code.trim() === ""} />}
    </section>
  );
}

const NONE = [] as const;

function Several({ draft, position, checks, onChoose, onChange }: Props) {
  const say = useOwnTexts(newTexts);
  return (
    <div className="row several" role="group" aria-label={say("program")}>
      {draft.programs.map((_, index) => (
        <button
          key={index}
          type="button"
          className="button quiet"
          aria-label={say("program.n", { index })}
          aria-pressed={index === position}
          data-wrong={checks[index]?.check?.ok === false}
          onClick={() => {
            onChoose(index);
          }}
        >
          {index}
        </button>
      ))}
      <button
        type="button"
        className="button quiet icon"
        aria-label={say("program.add")}
        title={say("program.add")}
        disabled={draft.programs.length >= MOST_PROGRAMS}
        onClick={() => {
          onChange({ programs: [...draft.programs, ""] });
          onChoose(draft.programs.length);
        }}
      >
        +
      </button>
      <button
        type="button"
        className="button quiet icon"
        aria-label={say("program.remove")}
        title={say("program.remove")}
        disabled={draft.programs.length < 2}
        onClick={() => {
          onChange({ programs: draft.programs.filter((_, index) => index !== position) });
          onChoose(Math.max(position - 1, 0));
        }}
      >
        −
      </button>
    </div>
  );
}
