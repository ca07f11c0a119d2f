/** Where the boxes and lines of a circuit stand, in pixels; the server has chosen the columns. */
import type { components } from "@/api/_generated/user";

export type Layout = components["schemas"]["LayoutBody"];
export type Item = components["schemas"]["LayoutItem"];

export const WIRE = 40;
export const BOX = 30;
const PAD = 14;
const CHARACTER = 7;
const BOX_PAD = 14;
const SIGN = 26;
/** A drawing with more helps nobody, and slows every browser. */
export const MOST_COLUMNS = 300;

export interface Column {
  readonly x: number;
  readonly width: number;
  readonly items: readonly Item[];
}

export interface Geometry {
  readonly columns: readonly Column[];
  readonly width: number;
  readonly height: number;
  /** Columns that are not drawn. */
  readonly left: number;
}

/** Gates that are drawn as signs on their wires rather than as named boxes. */
export function signOf(item: Item): "plus" | "cross" | "dot" | null {
  if (item.kind !== "gate") return null;
  if (item.label === "SWAP") return "cross";
  if (item.controls.length === 0) return null;
  if (item.label === "X") return "plus";
  return item.label === "Z" ? "dot" : null;
}

/** What is written into the box of an operation. */
export function boxText(item: Item): string {
  if (item.kind === "reset") return "|0⟩";
  if (item.kind === "delay") return item.label.replace(/^DELAY/, "").replace(/[()]/g, "") || "⧖";
  return item.label;
}

export function boxWidth(item: Item): number {
  if (item.kind === "barrier" || signOf(item) !== null) return SIGN;
  if (item.kind === "measure") return BOX;
  return Math.max(BOX, boxText(item).length * CHARACTER + BOX_PAD);
}

export function geometryOf(layout: Layout): Geometry {
  let x = PAD;
  const columns = layout.columns.slice(0, MOST_COLUMNS).map((items) => {
    const width = Math.max(...items.map(boxWidth), SIGN);
    const column = { x: x + width / 2, width, items };
    x += width + PAD;
    return column;
  });
  return {
    columns,
    width: Math.max(x + PAD, 120),
    height: Math.max(layout.qubits.length, 1) * WIRE,
    left: layout.columns.length - columns.length,
  };
}

export function wireY(qubit: number): number {
  return qubit * WIRE + WIRE / 2;
}

/** First and last wire of an operation, its controls too. */
export function reach(item: Item): readonly [number, number] {
  const wires = [...item.qubits, ...item.controls.map((control) => control.qubit)];
  return [Math.min(...wires), Math.max(...wires)];
}

/** The qubits on which a transpiled program does something; its register may hold the whole device. */
export function withoutIdleWires(layout: Layout): Layout {
  const used = new Set(
    layout.columns
      .flat()
      .flatMap((item) =>
        item.kind === "barrier" ? [] : [...item.qubits, ...item.controls.map((control) => control.qubit)],
      ),
  );
  if (used.size === 0) return layout;
  const kept = layout.qubits.map((_, index) => index).filter((index) => used.has(index));
  const place = new Map(kept.map((index, position) => [index, position]));
  const move = (qubits: readonly number[]) =>
    qubits.map((one) => place.get(one) ?? -1).filter((one) => one >= 0);
  return {
    ...layout,
    qubits: kept.map((index) => layout.qubits[index] ?? ""),
    columns: layout.columns.map((column) =>
      column.map((item) => ({
        ...item,
        qubits: move(item.qubits),
        controls: item.controls.map((control) => ({ ...control, qubit: place.get(control.qubit) ?? 0 })),
      })),
    ),
  };
}
