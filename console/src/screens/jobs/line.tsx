import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { span } from "@/format/time";
import { Ago, useToldOfNow } from "@/format/time-text";
import { useOwnTexts } from "@/i18n/own";
import type { JobRow } from "@/live/rows";
import { StatusBadge } from "@/parts/status";
import { TEXTS } from "./texts";

interface Props {
  readonly row: JobRow;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly toggle: (id: string) => void;
}

/** Enough of an id to tell jobs apart: its end, for the beginning is the time. */
const SHORT = 8;

function Line({ row, index, top, height, isSelected, toggle }: Props) {
  const text = useOwnTexts(TEXTS);
  const name = row.name === undefined || row.name === "" ? text("unnamed") : row.name;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="jobs-line"
      data-job={row.job_id}
      data-selected={isSelected}
      style={{
        position: "absolute",
        insetInline: 0,
        top: 0,
        height,
        transform: `translateY(${String(top)}px)`,
      }}
    >
      <span role="cell" className="jobs-check">
        <input
          type="checkbox"
          aria-label={text("select.one", { name })}
          checked={isSelected}
          onChange={() => {
            toggle(row.job_id);
          }}
        />
      </span>
      <span role="cell">
        <StatusBadge status={row.status} />
      </span>
      <span role="cell" className="jobs-name">
        <Link to="/jobs/$jobId" params={{ jobId: row.job_id }} preload={false}>
          <span data-unnamed={!row.name}>{name}</span>{" "}
          <code title={row.job_id}>{row.job_id.slice(-SHORT)}</code>
        </Link>
      </span>
      <span role="cell" data-column="device">
        {row.device_id}
      </span>
      <span role="cell" data-column="type">
        {row.job_type}
      </span>
      <span role="cell" data-column="shots" className="number">
        {row.shots?.toLocaleString()}
      </span>
      <span role="cell" data-column="submitted" className="number">
        {row.submitted_at ? <Ago at={row.submitted_at} /> : null}
      </span>
      <span role="cell" data-column="wait" className="number">
        <Length from={row.submitted_at} to={row.running_at ?? row.ended_at} />
      </span>
      <span role="cell" data-column="run" className="number">
        <Length from={row.running_at} to={row.ended_at} />
      </span>
    </div>
  );
}

export const JobLine = memo(Line);

type Moment = string | null | undefined;

/** From one moment to another, or to now, ticking. */
function Length({ from, to }: { from: Moment; to: Moment }) {
  if (!from) return <span className="soft">–</span>;
  if (!to) return <Ticking from={Date.parse(from)} />;
  return span(Math.max(0, Date.parse(to) - Date.parse(from)) / 1000);
}

function Ticking({ from }: { from: number }) {
  return useToldOfNow((now) => span(Math.max(0, Math.round((now - from) / 1000))));
}
