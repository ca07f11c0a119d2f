import { useMemo } from "react";
import { useOwnTexts } from "@/i18n/own";
import {
  BOX,
  boxText,
  boxWidth,
  geometryOf,
  reach,
  signOf,
  wireY,
  withoutIdleWires,
  type Column,
  type Item,
  type Layout,
} from "./geometry";
import { circuitTexts } from "./texts";
import "./circuit.css";

interface Props {
  readonly layout: Layout;
  readonly title: string;
  /** Leave out wires on which nothing happens. */
  readonly isCompact?: boolean;
}

/** A circuit as drawn on paper: names stay at the left while the rest is scrolled. */
export function CircuitDrawing({ layout: whole, title, isCompact = false }: Props) {
  const say = useOwnTexts(circuitTexts);
  const layout = useMemo(() => (isCompact ? withoutIdleWires(whole) : whole), [isCompact, whole]);
  const drawn = useMemo(() => geometryOf(layout), [layout]);
  const operations = layout.columns.reduce((sum, column) => sum + column.length, 0);
  const label = say("label", { title, qubits: layout.qubits.length, operations });
  return (
    <figure className="circuit">
      <div className="circuit-names" aria-hidden>
        {layout.qubits.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <div className="circuit-scroll scroll-x" tabIndex={0} role="region" aria-label={label}>
        <svg width={drawn.width} height={drawn.height} aria-hidden>
          {layout.qubits.map((name, qubit) => (
            <line key={name} className="wire" x2={drawn.width} y1={wireY(qubit)} y2={wireY(qubit)} />
          ))}
          {drawn.columns.map((column) => (
            <DrawnColumn key={column.x} column={column} />
          ))}
        </svg>
      </div>
      {drawn.left > 0 || !layout.is_complete ? (
        <figcaption className="soft">{say("cut", { count: drawn.columns.length })}</figcaption>
      ) : null}
    </figure>
  );
}

function DrawnColumn({ column }: { column: Column }) {
  return (
    <g transform={`translate(${String(column.x)},0)`}>
      {column.items.map((item) => {
        const key = `${item.name} ${item.qubits.join(" ")}`;
        return item.kind === "barrier" ? (
          <Barrier key={key} item={item} />
        ) : (
          <Operation key={key} item={item} />
        );
      })}
    </g>
  );
}

function Barrier({ item }: { item: Item }) {
  return item.qubits.map((qubit) => (
    <line key={qubit} className="barrier" y1={wireY(qubit) - BOX / 2 - 5} y2={wireY(qubit) + BOX / 2 + 5} />
  ));
}

function Operation({ item }: { item: Item }) {
  const [first, last] = reach(item);
  return (
    <g className={`operation ${item.kind}`} data-sign={signOf(item) ?? undefined}>
      <title>
        {item.line === null ? item.label : `${item.label} · ${String(item.line)}:${String(item.column)}`}
      </title>
      {first === last ? null : <line className="link" y1={wireY(first)} y2={wireY(last)} />}
      {item.controls.map((control) => (
        <circle
          key={control.qubit}
          className={control.state === 1 ? "control" : "control open"}
          cy={wireY(control.qubit)}
          r="4.5"
        />
      ))}
      <Target item={item} />
    </g>
  );
}

function Target({ item }: { item: Item }) {
  const sign = signOf(item);
  if (sign !== null) return item.qubits.map((qubit) => <Sign key={qubit} sign={sign} y={wireY(qubit)} />);
  const width = boxWidth(item);
  const [first, last] = [Math.min(...item.qubits), Math.max(...item.qubits)];
  const top = wireY(first) - BOX / 2;
  const height = wireY(last) - wireY(first) + BOX;
  return (
    <>
      <rect className="box" x={-width / 2} y={top} width={width} height={height} rx="4" />
      {item.kind === "measure" ? (
        <Meter y={top} clbit={item.clbit} />
      ) : (
        <text className="gate" y={top + height / 2} dy="0.34em" textAnchor="middle">
          {boxText(item)}
        </text>
      )}
    </>
  );
}

function Sign({ sign, y }: { sign: "plus" | "cross" | "dot"; y: number }) {
  if (sign === "dot") return <circle className="control" cy={y} r="4.5" />;
  if (sign === "cross")
    return <path className="cross" d={`M-5 ${String(y - 5)}l10 10M5 ${String(y - 5)}l-10 10`} />;
  return (
    <>
      <circle className="plus" cy={y} r="10" />
      <path className="plus-lines" d={`M-10 ${String(y)}h20M0 ${String(y - 10)}v20`} />
    </>
  );
}

/** A gauge, and below it the number of the classical bit. */
function Meter({ y, clbit }: { y: number; clbit: number | null }) {
  return (
    <>
      <path className="meter" d={`M-8 ${String(y + 17)}a8 8 0 0 1 16 0M0 ${String(y + 17)}l5.5-8.5`} />
      <text className="bit" y={y + 26.5} textAnchor="middle">
        {clbit === null ? "" : clbit}
      </text>
    </>
  );
}
