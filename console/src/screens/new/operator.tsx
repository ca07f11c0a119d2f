import { useOwnTexts } from "@/i18n/own";
import type { Draft, Problems, Refused, TermText } from "./draft";
import { newTexts } from "./texts";

interface Props {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly refused: Refused;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** The terms of the operator to be estimated, one line each. */
export function OperatorEditor({ draft, problems, refused, onChange }: Props) {
  const say = useOwnTexts(newTexts);
  const problem = problems.get("operator");
  const own = refused?.field === "operator" ? refused.message : null;
  const message = problem === undefined ? own : say(`wrong.${problem}`);
  const change = (position: number, part: Partial<TermText>) => {
    onChange({
      operator: draft.operator.map((term, index) => (index === position ? { ...term, ...part } : term)),
    });
  };
  return (
    <fieldset className="field operator">
      <legend className="field-name">{say("operator")}</legend>
      {draft.operator.map((term, index) => (
        <div key={index} className="term">
          <input
            className="input number"
            inputMode="decimal"
            aria-label={say("operator.coeff", { index: index + 1 })}
            aria-invalid={problem === "number" && !Number.isFinite(Number(term.coeff || "x"))}
            value={term.coeff}
            onChange={(event) => {
              change(index, { coeff: event.target.value });
            }}
          />
          <span aria-hidden>×</span>
          <input
            className="input code"
            spellCheck={false}
            autoCapitalize="characters"
            aria-label={say("operator.pauli", { index: index + 1 })}
            value={term.pauli}
            onChange={(event) => {
              change(index, { pauli: event.target.value });
            }}
          />
          <button
            type="button"
            className="button quiet icon"
            aria-label={say("operator.remove", { index: index + 1 })}
            onClick={() => {
              onChange({ operator: draft.operator.filter((_, one) => one !== index) });
            }}
          >
            <span aria-hidden>−</span>
          </button>
        </div>
      ))}
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => {
            onChange({ operator: [...draft.operator, { pauli: "", coeff: "1" }] });
          }}
        >
          {say("operator.add")}
        </button>
        <span className="hint">{say("operator.hint")}</span>
      </div>
      {message === null ? null : (
        <span className="wrong" role="alert">
          {message}
        </span>
      )}
    </fieldset>
  );
}
