import { useMemo } from "react";
import type { Coupling, Qubit } from "@/format/calibration";
import { gateTime, lifetime, percent } from "@/format/quantity";
import { useOwnTexts } from "@/i18n/own";
import { Sortable, type Column } from "@/parts/sortable";
import { TEXTS } from "./texts";

interface Sorting {
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function QubitTable({ qubits, ...sorting }: Sorting & { qubits: readonly Qubit[] }) {
  const text = useOwnTexts(TEXTS);
  const columns = useMemo(() => {
    const column = (
      key: "readoutError" | "gateError" | "t1" | "t2",
      show: (value: number | null) => string,
    ): Column<Qubit> => ({
      key,
      title: text(key),
      value: (one) => one[key],
      show: (one) => show(one[key]),
      isNumber: true,
    });
    return [
      { key: "qubit", title: text("qubit"), value: (one: Qubit) => one.id, show: (one: Qubit) => one.id },
      column("readoutError", percent),
      column("gateError", percent),
      column("t1", lifetime),
      column("t2", lifetime),
    ];
  }, [text]);
  return (
    <Sortable
      label={text("table.qubits")}
      columns={columns}
      rows={qubits}
      keyOf={(one) => String(one.id)}
      {...sorting}
    />
  );
}

export function CouplingTable({ couplings, ...sorting }: Sorting & { couplings: readonly Coupling[] }) {
  const text = useOwnTexts(TEXTS);
  const columns = useMemo<readonly Column<Coupling>[]>(
    () => [
      { key: "control", title: text("control"), value: (one) => one.control, show: (one) => one.control },
      { key: "target", title: text("target"), value: (one) => one.target, show: (one) => one.target },
      {
        key: "error",
        title: text("error"),
        value: (one) => one.error,
        show: (one) => percent(one.error),
        isNumber: true,
      },
      {
        key: "duration",
        title: text("duration"),
        value: (one) => one.duration,
        show: (one) => gateTime(one.duration),
        isNumber: true,
      },
    ],
    [text],
  );
  return (
    <Sortable
      label={text("couplings")}
      columns={columns}
      rows={couplings}
      keyOf={(one) => `${String(one.control)} ${String(one.target)}`}
      {...sorting}
    />
  );
}
