import { useMemo } from "react";
import { pairsOf, type Calibrated, type Coupling, type Qubit } from "@/format/calibration";
import { gateTime, lifetime, percent } from "@/format/quantity";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import { CouplingMap } from "./coupling-map";
import { Fact } from "./facts";
import { METRICS, type DeviceSearch, type Metric } from "./search";
import { TEXTS } from "./texts";

interface Props {
  readonly name: string;
  readonly known: Calibrated;
  readonly metric: Metric;
  readonly qubit: number | undefined;
  readonly change: (part: DeviceSearch) => void;
}

/** Larger is worse for an error, better for a lifetime. */
export const IS_LIFETIME: Readonly<Record<Metric, boolean>> = {
  readoutError: false,
  gateError: false,
  t1: true,
  t2: true,
};

export function written(metric: Metric, value: number | null): string {
  return IS_LIFETIME[metric] ? lifetime(value) : percent(value);
}

export function DeviceMap({ name, known, metric, qubit, change }: Props) {
  const text = useOwnTexts(TEXTS);
  const pairs = useMemo(() => pairsOf(known.couplings), [known.couplings]);
  const chosen = known.qubits.find((one) => one.id === qubit);
  const at = chosen?.id ?? null;
  const choices = METRICS.map((one) => ({ value: one, label: text(one) }));
  return (
    <div className="device-map">
      <div className="device-map-drawing">
        <div className="row device-map-head">
          <Choice
            label={text("metric")}
            value={metric}
            options={choices}
            onChange={(value) => {
              change({ metric: value });
            }}
          />
          <Scale known={known} metric={metric} />
        </div>
        <div className="scroll-x">
          <CouplingMap
            label={text("map.label", { device: name, metric: text(metric) })}
            qubits={known.qubits}
            pairs={pairs}
            valueOf={(one) => one[metric]}
            isBetterHigh={IS_LIFETIME[metric]}
            write={(value) => written(metric, value)}
            tell={(one) => told(text, metric, one, neighboursOf(pairs, one.id))}
            at={at}
            onAt={(id) => {
              if (id !== at) change({ qubit: id });
            }}
          />
        </div>
        <p className="soft device-map-help">{text("map.help")}</p>
      </div>
      <aside className="device-map-side" aria-live="polite">
        {chosen === undefined ? (
          <p className="soft">{text("map.pick")}</p>
        ) : (
          <Chosen qubit={chosen} pairs={pairs} />
        )}
      </aside>
    </div>
  );
}

function neighboursOf(pairs: readonly Coupling[], id: number): readonly number[] {
  return pairs.flatMap((one) => (one.control === id ? [one.target] : one.target === id ? [one.control] : []));
}

type Text = ReturnType<typeof useOwnTexts<keyof (typeof TEXTS)["en"]>>;

function told(text: Text, metric: Metric, one: Qubit, neighbours: readonly number[]): string {
  const value = written(metric, one[metric]);
  const itself = text("map.qubit", { id: one.id, metric: text(metric), value });
  return neighbours.length === 0
    ? itself
    : `${itself}; ${text("map.neighbours", { ids: neighbours.join(", ") })}`;
}

/** What the palest and the strongest colour stand for. */
function Scale({ known, metric }: { known: Calibrated; metric: Metric }) {
  const text = useOwnTexts(TEXTS);
  const values = known.qubits.map((one) => one[metric]).filter((one) => one !== null);
  if (values.length === 0) return null;
  const ends = [Math.min(...values), Math.max(...values)];
  if (ends[0] === ends[1]) return null;
  const [best, worst] = IS_LIFETIME[metric] ? ends.toReversed() : ends;
  return (
    <span className="device-scale number">
      {text("best")} {written(metric, best ?? null)}
      <span className="device-scale-bar" aria-hidden />
      {text("worst")} {written(metric, worst ?? null)}
    </span>
  );
}

function Chosen({ qubit, pairs }: { qubit: Qubit; pairs: readonly Coupling[] }) {
  const text = useOwnTexts(TEXTS);
  const own = pairs.filter((one) => one.control === qubit.id || one.target === qubit.id);
  return (
    <>
      <h3>{text("map.selected", { id: qubit.id })}</h3>
      <dl className="facts one-column">
        {METRICS.map((one) => (
          <Fact key={one} name={text(one)}>
            {written(one, qubit[one])}
          </Fact>
        ))}
      </dl>
      {own.length === 0 || own.length > 8 ? null : (
        <>
          <h3>{text("couplings")}</h3>
          <ul className="device-pairs number">
            {own.map((one) => (
              <li key={`${String(one.control)} ${String(one.target)}`}>
                <span>
                  {one.control} – {one.target}
                </span>
                <span>{percent(one.error)}</span>
                <span className="soft">{gateTime(one.duration)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
