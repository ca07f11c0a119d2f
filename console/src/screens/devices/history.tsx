import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Calibration } from "@/api/client";
import { calibrations } from "@/api/queries";
import { useTheme } from "@/app/theme";
import { lifetime, percent } from "@/format/quantity";
import { moment } from "@/format/time";
import { useLanguage } from "@/i18n/language";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import { Loaded } from "@/parts/states";
import { IS_LIFETIME, written } from "./map";
import { METRICS, type DeviceSearch, type Metric } from "./search";
import { TEXTS } from "./texts";

const FIELD = {
  readoutError: "readout_error",
  gateError: "gate_error",
  t1: "t1_us",
  t2: "t2_us",
} as const satisfies Record<Metric, keyof Calibration["medians"]>;

interface Props {
  readonly deviceId: string;
  readonly metric: Metric;
  readonly change: (part: DeviceSearch) => void;
}

export function History({ deviceId, metric, change }: Props) {
  const found = useQuery(calibrations(deviceId));
  return (
    <Loaded query={found} rows={5}>
      {(all) => <Medians all={all} metric={metric} change={change} />}
    </Loaded>
  );
}

function Medians({ all, metric, change }: Omit<Props, "deviceId"> & { all: readonly Calibration[] }) {
  const text = useOwnTexts(TEXTS);
  if (all.length === 0) return <p className="body soft">{text("history.none")}</p>;
  return (
    <>
      <div className="body device-history">
        <Choice
          label={text("metric")}
          value={metric}
          options={METRICS.map((one) => ({ value: one, label: text(one) }))}
          onChange={(value) => {
            change({ metric: value });
          }}
        />
        {all.length === 1 ? (
          <p className="soft">{text("history.one")}</p>
        ) : (
          <Plot all={all} metric={metric} />
        )}
      </div>
      <Table all={all} />
    </>
  );
}

function Table({ all }: { all: readonly Calibration[] }) {
  const text = useOwnTexts(TEXTS);
  const { language } = useLanguage();
  return (
    <div className="scroll-x" role="region" aria-label={text("history")} tabIndex={0}>
      <table className="sortable" aria-label={text("history")}>
        <thead>
          <tr>
            <th scope="col">{text("calibrated")}</th>
            {METRICS.map((one) => (
              <th key={one} scope="col" data-number>
                {text(one)}
              </th>
            ))}
            <th scope="col" data-number>
              {text("couplingError")}
            </th>
            <th scope="col">{text("id")}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.calibration_id}>
              <td className="number">{moment(one.calibrated_at, language)}</td>
              {METRICS.map((metric) => (
                <td key={metric} data-number>
                  {written(metric, one.medians[FIELD[metric]])}
                </td>
              ))}
              <td data-number>{percent(one.medians.coupling_error)}</td>
              <td>
                <code>{one.calibration_id}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const HEIGHT = 220;

/** The oldest on the left; colours are those of the theme at the time of drawing. */
function Plot({ all, metric }: { all: readonly Calibration[]; metric: Metric }) {
  const text = useOwnTexts(TEXTS);
  const { theme } = useTheme();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const rows = all.toReversed();
    const times = rows.map((one) => Date.parse(one.calibrated_at) / 1000);
    const values = rows.map((one) => one.medians[FIELD[metric]]);
    const plot = new UPlot(options(host, metric), [times, values], host);
    const resized = new ResizeObserver(() => {
      plot.setSize({ width: host.clientWidth, height: HEIGHT });
    });
    resized.observe(host);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [all, metric, theme]);
  const label = text("history.label", { metric: text(metric), count: all.length });
  return <div ref={place} className="device-plot" role="img" aria-label={label} />;
}

function options(host: HTMLElement, metric: Metric): UPlot.Options {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--ink-soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  const write = (value: number) => (IS_LIFETIME[metric] ? lifetime(value) : percent(value));
  return {
    width: host.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    axes: [axis, { ...axis, size: 72, values: (_, ticks) => ticks.map(write) }],
    series: [
      {},
      {
        stroke: colour("--series-1"),
        width: 2,
        points: { show: true, size: 7, fill: colour("--surface") },
      },
    ],
  };
}
