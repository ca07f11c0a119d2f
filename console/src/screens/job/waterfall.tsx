import type { JobEvent } from "@/api/client";
import { span } from "@/format/time";
import { useNow } from "@/format/time-text";
import { useOwnTexts } from "@/i18n/own";
import type { Provenance } from "./info";
import { PHASES, waterfallOf, type Segment, type WaterfallRow } from "./stages";
import { jobTexts } from "./texts";
import "./sequence.css";

/** Where the time went, to scale. */
export function WaterfallView({
  events,
  provenance,
}: {
  events: readonly JobEvent[];
  provenance: Provenance | null;
}) {
  const say = useOwnTexts(jobTexts);
  const { rows, length } = waterfallOf(events, provenance, useNow());
  return (
    <>
      <ol className="waterfall">
        {rows.map((row) => (
          <Row key={row.bar} row={row} length={length} />
        ))}
      </ol>
      <p className="soft number waterfall-total">{say("total", { time: span(length) })}</p>
    </>
  );
}

function Row({ row, length }: { row: WaterfallRow; length: number }) {
  const say = useOwnTexts(jobTexts);
  const isStage = !PHASES.some((phase) => phase === row.bar);
  const style = ({ from, to }: Segment) => ({
    left: `min(${String((from / length) * 100)}%, 100% - 3px)`,
    width: `${String((Math.max(to - from, 0) / length) * 100)}%`,
  });
  return (
    <li className={isStage ? "waterfall-row measured" : "waterfall-row"}>
      <span className="waterfall-name">{say(`bar.${row.bar}`)}</span>
      <span className="waterfall-track" aria-hidden>
        {row.segments.map((segment) => (
          <span
            key={segment.from}
            data-bar={row.bar}
            className={segment.isOpen ? "waterfall-bar open" : "waterfall-bar"}
            style={style(segment)}
          />
        ))}
      </span>
      <span className="waterfall-time number">{span(row.seconds)}</span>
    </li>
  );
}
