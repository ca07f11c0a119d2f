import { useMemo, useRef, useState } from "react";
import type { Job } from "@/api/client";
import { pngBlob, save, svgText } from "@/charts/export";
import { HistogramChart, percent, type HistogramLook } from "@/charts/histogram";
import { countsCsv, distance, histogram, totalOf, type Counts, type Histogram } from "@/charts/outcomes";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import type { Sampling } from "./info";
import { TOPS, USUAL_TOP, type JobSearch } from "./search";
import { jobTexts } from "./texts";
import { useJobSearch } from "./use-search";

interface Props {
  readonly job: Job;
  readonly sampling: Sampling;
  /** Counts of the other job of the address. */
  readonly compared: Counts | null;
  readonly isMissing: boolean;
}

const MOST_ROWS = 500;

/** A histogram with all that one wants to turn, its numbers as a table, and files of both. */
export function Sampled({ job, sampling, compared, isMissing }: Props) {
  const say = useOwnTexts(jobTexts);
  const [search] = useJobSearch();
  const drawing = useRef<SVGSVGElement>(null);
  const raw = search.raw === true ? (sampling.raw_counts ?? null) : null;
  const second = compared ?? raw;
  const data = useMemo(
    () => histogram(sampling.counts, { sort: search.sort ?? "count", top: search.top ?? USUAL_TOP }, second),
    [sampling.counts, search.sort, search.top, second],
  );
  const kinds = Object.keys(sampling.counts).length;
  const names: [string, string] =
    compared === null ? [say("raw.own"), say("raw.series")] : [say("compare.this"), search.with ?? ""];
  const look = { ...lookOf(search), ...useLabels(data, kinds), names };
  return (
    <div className="sampled">
      <Controls hasRaw={sampling.raw_counts !== undefined} />
      {second === null ? null : <Legend names={names} value={distance(sampling.counts, second)} />}
      {isMissing ? <p role="status">{say("compare.failed")}</p> : null}
      <HistogramChart ref={drawing} data={data} look={look} />
      <div className="row sampled-foot">
        <span className="soft number">
          {say("outcomes", { kinds, shots: totalOf(sampling.counts).toLocaleString("en") })}
        </span>
        <Files name={job.name || job.job_id} counts={sampling.counts} second={second} drawing={drawing} />
      </div>
      <Twin counts={sampling.counts} second={second} names={names} />
    </div>
  );
}

function lookOf(search: JobSearch): Pick<HistogramLook, "isLog" | "unit"> {
  return { isLog: search.log === true, unit: search.unit ?? "count" };
}

function useLabels(data: Histogram, kinds: number): Pick<HistogramLook, "restName" | "label"> {
  const say = useOwnTexts(jobTexts);
  const [first] = data.bars;
  const top = first === undefined ? "" : `${first.key} (${percent(first.count / (data.total || 1))})`;
  return {
    restName: say("rest", { count: data.rest?.kinds ?? 0 }),
    label: say("chart.label", { kinds, shots: data.total, top }),
  };
}

function Controls({ hasRaw }: { hasRaw: boolean }) {
  const say = useOwnTexts(jobTexts);
  const [search, setSearch] = useJobSearch();
  return (
    <div className="row controls">
      <Choice
        label={say("sort")}
        value={search.sort ?? "count"}
        options={[
          { value: "count", label: say("sort.count") },
          { value: "bits", label: say("sort.bits") },
        ]}
        onChange={(sort) => {
          setSearch({ sort: sort === "bits" ? sort : undefined });
        }}
      />
      <Choice
        label={say("value")}
        value={search.unit ?? "count"}
        options={[
          { value: "count", label: say("unit.count") },
          { value: "probability", label: say("unit.probability") },
        ]}
        onChange={(unit) => {
          setSearch({ unit: unit === "probability" ? unit : undefined });
        }}
      />
      <select
        className="input narrow"
        aria-label={say("top")}
        value={search.top ?? USUAL_TOP}
        onChange={(event) => {
          const top = Number(event.target.value);
          setSearch({ top: top === USUAL_TOP ? undefined : top });
        }}
      >
        {TOPS.map((top) => (
          <option key={top} value={top}>
            {say("top.n", { count: top })}
          </option>
        ))}
      </select>
      <label className="check">
        <input
          type="checkbox"
          checked={search.log === true}
          onChange={(event) => {
            setSearch({ log: event.target.checked || undefined });
          }}
        />
        {say("log")}
      </label>
      {hasRaw ? (
        <Choice
          label={say("raw")}
          value={search.raw === true ? "raw" : "own"}
          options={[
            { value: "own", label: say("raw.own") },
            { value: "raw", label: say("raw.raw") },
          ]}
          onChange={(shown) => {
            setSearch({ raw: shown === "raw" || undefined });
          }}
        />
      ) : null}
      <Compare />
    </div>
  );
}

function Compare() {
  const say = useOwnTexts(jobTexts);
  const [search, setSearch] = useJobSearch();
  const [typed, setTyped] = useState(search.with ?? "");
  return (
    <form
      className="compare"
      onSubmit={(event) => {
        event.preventDefault();
        setSearch({ with: typed.trim() || undefined });
      }}
    >
      <input
        className="input"
        type="search"
        aria-label={say("compare")}
        placeholder={say("compare.id")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === "") setSearch({ with: undefined });
        }}
      />
    </form>
  );
}

function Legend({ names, value }: { names: readonly [string, string]; value: number }) {
  const say = useOwnTexts(jobTexts);
  return (
    <p className="legend">
      {names.map((name, index) => (
        <span key={name}>
          <span className={`key series-${String(index + 1)}`} aria-hidden />
          {name}
        </span>
      ))}
      <span className="soft number">{say("compare.distance", { value: value.toFixed(4) })}</span>
    </p>
  );
}

interface FilesProps {
  readonly name: string;
  readonly counts: Counts;
  readonly second: Counts | null;
  readonly drawing: React.RefObject<SVGSVGElement | null>;
}

function Files({ name, counts, second, drawing }: FilesProps) {
  const say = useOwnTexts(jobTexts);
  const file = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
  const draw = (put: (svg: SVGSVGElement) => void) => () => {
    if (drawing.current !== null) put(drawing.current);
  };
  return (
    <span className="row" role="group" aria-label={say("save")}>
      <span className="soft" aria-hidden>
        {say("save")}
      </span>
      <button
        type="button"
        className="button quiet small"
        onClick={() => {
          save(`${file}.csv`, countsCsv(counts, second), "text/csv");
        }}
      >
        CSV
      </button>
      <button
        type="button"
        className="button quiet small"
        onClick={draw((svg) => {
          save(`${file}.svg`, svgText(svg), "image/svg+xml");
        })}
      >
        SVG
      </button>
      <button
        type="button"
        className="button quiet small"
        onClick={draw((svg) => {
          void pngBlob(svg).then((blob) => {
            save(`${file}.png`, blob);
          });
        })}
      >
        PNG
      </button>
    </span>
  );
}

/** The same numbers as text. */
function Twin({
  counts,
  second,
  names,
}: {
  counts: Counts;
  second: Counts | null;
  names: readonly [string, string];
}) {
  const say = useOwnTexts(jobTexts);
  const all = useMemo(() => histogram(counts, { sort: "count", top: MOST_ROWS }, second), [counts, second]);
  return (
    <details className="twin">
      <summary>{say("table")}</summary>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={say("table")}>
        <table className="lines number">
          <thead>
            <tr>
              <th scope="col">{say("table.outcome")}</th>
              <th scope="col" className="end">
                {second === null ? say("table.count") : names[0]}
              </th>
              <th scope="col" className="end">
                {say("table.probability")}
              </th>
              {second === null ? null : (
                <th scope="col" className="end">
                  {names[1]}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {all.bars.map((bar) => (
              <tr key={bar.key}>
                <td>
                  <code>{bar.key}</code>
                </td>
                <td className="end">{bar.count}</td>
                <td className="end">{percent(bar.count / (all.total || 1))}</td>
                {bar.other === null ? null : <td className="end">{bar.other}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {all.rest === null ? null : <p className="soft">{say("table.cut", { count: MOST_ROWS })}</p>}
    </details>
  );
}
