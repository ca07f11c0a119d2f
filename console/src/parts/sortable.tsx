/** A table sorted by the column one presses; the address keeps which. */
import { useMemo, type ReactNode } from "react";
import "./sortable.css";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What to sort by; null stands last, whatever the direction. */
  readonly value: (row: Row) => number | string | null;
  readonly show: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** A column's key, with a minus before it for the largest first. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): Row[] {
  const isDown = sort.startsWith("-");
  const column = columns.find((one) => one.key === sort.replace(/^-/, ""));
  if (column === undefined) return [...rows];
  const compare = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return isDown ? compare(b, a) : compare(a, b);
  });
}

export function Sortable<Row>({ label, columns, rows, keyOf, sort, onSort }: Props<Row>) {
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const directionOf = (key: string) =>
    sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined;
  return (
    <div className="scroll-x" role="region" aria-label={label} tabIndex={0}>
      <table className="sortable" aria-label={label}>
        <thead>
          <tr>
            {columns.map((one) => (
              <th
                key={one.key}
                scope="col"
                data-number={one.isNumber === true}
                aria-sort={directionOf(one.key)}
              >
                <button
                  type="button"
                  onClick={() => {
                    onSort(sort === one.key ? `-${one.key}` : one.key);
                  }}
                >
                  {one.title}
                  <span aria-hidden>
                    {{ ascending: "↑", descending: "↓", none: "" }[directionOf(one.key) ?? "none"]}
                  </span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((one) => (
                <td key={one.key} data-number={one.isNumber === true}>
                  {one.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
