import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useKeys } from "@/app/keys";
import { useOwnTexts } from "@/i18n/own";
import type { JobRow } from "@/live/rows";
import { JobLine } from "./line";
import type { Selection } from "./selection";
import { TEXTS } from "./texts";

const NARROW = "(width < 52rem)";
const HEIGHTS = { wide: 44, narrow: 72 } as const;
const OVERSCAN = 12;
const NEAR_THE_END = 120;

interface Props {
  readonly rows: readonly JobRow[];
  readonly order: "oldest" | undefined;
  readonly selection: Selection;
  readonly hasMore: boolean;
  readonly readMore: () => void;
}

const narrow = matchMedia(NARROW);

function followNarrow(changed: () => void): () => void {
  narrow.addEventListener("change", changed);
  return () => {
    narrow.removeEventListener("change", changed);
  };
}

/** Only the lines near the window exist; assistive technology is told how many there are. */
export function JobTable({ rows, order, selection, hasMore, readMore }: Props) {
  const text = useOwnTexts(TEXTS);
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const height = HEIGHTS[useSyncExternalStore(followNarrow, () => narrow.matches) ? "narrow" : "wide"];
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + scrollY);
  }, [height]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: 110,
    scrollPaddingEnd: 80,
  });
  useEffect(() => {
    virtual.measure();
  }, [height, virtual]);
  const lines = virtual.getVirtualItems();
  const last = lines.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - NEAR_THE_END) readMore();
  });
  useRowKeys(rows, selection, (index) => {
    virtual.scrollToIndex(index);
  });
  return (
    <div className="card jobs-table">
      <div role="table" aria-label={text("list")} aria-rowcount={rows.length + 1}>
        <Head rows={rows} order={order} selection={selection} />
        <div ref={body} role="rowgroup" style={{ position: "relative", height: virtual.getTotalSize() }}>
          {lines.map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <JobLine
                key={row.job_id}
                row={row}
                index={index}
                top={start - top}
                height={height}
                isSelected={selection.ids.has(row.job_id)}
                toggle={selection.toggle}
              />
            );
          })}
        </div>
      </div>
      <p className="jobs-end soft" role="status">
        {hasMore
          ? text("more")
          : rows.length === 1
            ? text("end.one")
            : text("end.many", { count: rows.length.toLocaleString() })}
      </p>
    </div>
  );
}

function Head({ rows, order, selection }: Pick<Props, "rows" | "order" | "selection">) {
  const text = useOwnTexts(TEXTS);
  const columns = ["device", "type", "shots"] as const;
  const isAll = rows.every((row) => selection.ids.has(row.job_id));
  return (
    <div role="rowgroup" className="jobs-head">
      <div role="row" aria-rowindex={1} className="jobs-line">
        <span role="columnheader">
          <input
            type="checkbox"
            aria-label={text("select.all")}
            checked={isAll}
            onChange={() => {
              selection.replace(isAll ? [] : rows.map((row) => row.job_id));
            }}
          />
        </span>
        <span role="columnheader">{text("column.status")}</span>
        <span role="columnheader">{text("column.name")}</span>
        {columns.map((one) => (
          <span key={one} role="columnheader" data-column={one}>
            {text(`column.${one}`)}
          </span>
        ))}
        <span
          role="columnheader"
          data-column="submitted"
          aria-sort={order === "oldest" ? "ascending" : "descending"}
        >
          <Link
            to="/jobs"
            search={({ q }: { q?: string }) => ({
              ...(q !== undefined && { q }),
              ...(order === "oldest" ? {} : { order: "oldest" as const }),
            })}
            className="jobs-order"
            title={text(order === "oldest" ? "order.oldest" : "order.newest")}
          >
            {text("order")}
            <span aria-hidden>{order === "oldest" ? " ↑" : " ↓"}</span>
          </Link>
        </span>
        <span role="columnheader" data-column="wait">
          {text("column.wait")}
        </span>
        <span role="columnheader" data-column="run">
          {text("column.run")}
        </span>
      </div>
    </div>
  );
}

/** False: there is no such line in the page. */
function focusLine(id: string | undefined): boolean {
  const link = document.querySelector<HTMLElement>(`[data-job="${id ?? ""}"] a`);
  link?.focus({ preventScroll: true });
  return link !== null;
}

/** `j` and `k` walk through the lines, `x` selects, Enter opens. */
function useRowKeys(rows: readonly JobRow[], selection: Selection, show: (index: number) => void): void {
  const at = useRef(-1);
  const navigate = useNavigate();
  const walk = (step: number) => {
    const focused = document.activeElement?.closest("[data-job]")?.getAttribute("data-job");
    const from = focused === null ? at.current : rows.findIndex((row) => row.job_id === focused);
    at.current = Math.max(0, Math.min(rows.length - 1, (from === -1 ? at.current : from) + step));
    show(at.current);
    const id = rows[at.current]?.job_id;
    // A line in sight has the focus before the next key comes; another one is drawn first.
    if (!focusLine(id)) requestAnimationFrame(() => focusLine(id));
  };
  const here = () => rows[at.current]?.job_id;
  useKeys({
    j: () => {
      walk(1);
    },
    k: () => {
      walk(-1);
    },
    x: () => {
      const id = here();
      if (id !== undefined) selection.toggle(id);
    },
    o: () => {
      const jobId = here();
      if (jobId !== undefined) void navigate({ to: "/jobs/$jobId", params: { jobId } });
    },
  });
}
