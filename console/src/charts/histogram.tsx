import { scaleLinear, scaleSymlog } from "d3-scale";
import { useState, type Ref } from "react";
import type { Bar, Histogram } from "./outcomes";
import { useWidth } from "./width";
import "./histogram.css";

export interface HistogramLook {
  readonly isLog: boolean;
  readonly unit: "count" | "probability";
  /** Name of the bar that holds what has none of its own. */
  readonly restName: string;
  /** Names of the two histograms, if two. */
  readonly names: readonly [string, string];
  readonly label: string;
}

interface Props {
  readonly data: Histogram;
  readonly look: HistogramLook;
  readonly ref?: Ref<SVGSVGElement>;
}

const PLOT_HEIGHT = 220;
const LEFT = 52;
const RIGHT = 8;
const ABOVE = 12;
const CHARACTER = 7.3;
const LONGEST_KEY = 18;
const TICKS = 5;
const WIDEST_SLOT = 96;

/** `10110…0011` for a key that is too long to be written below a bar. */
export function shortKey(key: string): string {
  const half = (LONGEST_KEY - 2) / 2;
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, half)}…${key.slice(-half)}`;
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(value >= 0.1 ? 1 : 2)} %`;
}

function useScales({ data, look }: Props, width: number) {
  const all = data.rest === null ? data.bars : [...data.bars, data.rest];
  const value = (count: number, total: number) => (look.unit === "count" ? count : count / (total || 1));
  const heights = (bar: Bar) => [
    value(bar.count, data.total),
    ...(bar.other === null ? [] : [value(bar.other, data.otherTotal)]),
  ];
  const most = Math.max(...all.flatMap(heights), look.unit === "count" ? 1 : 0.001);
  const smallest = look.unit === "count" ? 1 : 1 / (data.total || 1);
  const y = (look.isLog ? scaleSymlog().constant(smallest) : scaleLinear())
    .domain([0, most])
    .range([PLOT_HEIGHT, 0]);
  const ticks = look.isLog ? logTicks(most, smallest) : y.nice(TICKS).ticks(TICKS);
  const slot = Math.min((width - LEFT - RIGHT) / Math.max(all.length, 1), WIDEST_SLOT);
  return { all, heights, y, ticks, slot };
}

/** 0 and the powers of ten that the values reach. */
function logTicks(most: number, smallest: number): number[] {
  const first = Math.ceil(Math.log10(smallest));
  const last = Math.floor(Math.log10(most));
  return [0, ...Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => 10 ** (first + index))];
}

function tickText(value: number, unit: HistogramLook["unit"]): string {
  if (unit === "probability") return `${String(Number((value * 100).toPrecision(3)))} %`;
  return value >= 10_000 ? `${String(value / 1000)}k` : String(Number(value.toPrecision(6)));
}

/** Bars over outcomes; the exact numbers are on the line above, and in the table twin. */
export function HistogramChart(props: Props) {
  const { data, look, ref } = props;
  const [box, width] = useWidth<HTMLDivElement>(720);
  const [pointed, setPointed] = useState<string | null>(null);
  const { all, heights, y, ticks, slot } = useScales(props, width);
  const longest = Math.max(...all.map((bar) => shortKey(bar.key || look.restName).length), 1);
  const isUpright = longest * CHARACTER + 6 > slot;
  const below = isUpright ? longest * CHARACTER + 16 : 26;
  const shown = all.find((bar) => bar.key === pointed);
  return (
    <div ref={box} className="histogram">
      <p className="histogram-said number" aria-hidden>
        {shown === undefined ? "" : saidOf(shown, data, look)}
      </p>
      <svg ref={ref} role="img" aria-label={look.label} width={width} height={ABOVE + PLOT_HEIGHT + below}>
        <g transform={`translate(${String(LEFT)},${String(ABOVE)})`}>
          {ticks.map((tick) => (
            <g key={tick} transform={`translate(0,${String(y(tick))})`}>
              <line className="grid" x2={width - LEFT - RIGHT} />
              <text className="tick" x={-8} dy="0.32em" textAnchor="end">
                {tickText(tick, look.unit)}
              </text>
            </g>
          ))}
          {all.map((bar, index) => (
            <g
              key={bar.key}
              transform={`translate(${String(index * slot)},0)`}
              className={bar.key === "" ? "slot rest" : "slot"}
              onPointerEnter={() => {
                setPointed(bar.key);
              }}
              onPointerLeave={() => {
                setPointed(null);
              }}
            >
              <rect className="catch" width={slot} height={PLOT_HEIGHT + below} />
              <SlotBars heights={heights(bar).map(y)} slot={slot} />
              <SlotName name={shortKey(bar.key || look.restName)} slot={slot} isUpright={isUpright} />
            </g>
          ))}
        </g>
      </svg>
    </div>
  );
}

function SlotBars({ heights, slot }: { heights: readonly number[]; slot: number }) {
  const gap = Math.min(slot * 0.24, 14);
  const each = (slot - gap) / heights.length;
  return heights.map((top, index) => (
    <rect
      key={index}
      className={`bar series-${String(index + 1)}`}
      x={gap / 2 + index * each}
      y={top}
      width={Math.max(each - (heights.length > 1 ? 1 : 0), 1)}
      height={Math.max(PLOT_HEIGHT - top, 0)}
      rx={Math.min(2, each / 4)}
    />
  ));
}

function SlotName({ name, slot, isUpright }: { name: string; slot: number; isUpright: boolean }) {
  const middle = slot / 2;
  return isUpright ? (
    <text
      className="outcome"
      textAnchor="end"
      dy="0.32em"
      transform={`translate(${String(middle)},${String(PLOT_HEIGHT + 8)}) rotate(-90)`}
    >
      {name}
    </text>
  ) : (
    <text className="outcome" textAnchor="middle" x={middle} y={PLOT_HEIGHT + 18}>
      {name}
    </text>
  );
}

function saidOf(bar: Bar, data: Histogram, look: HistogramLook): string {
  const part = (count: number, total: number) => `${String(count)} (${percent(count / (total || 1))})`;
  const own = part(bar.count, data.total);
  const name = bar.key || look.restName;
  return bar.other === null
    ? `${name}: ${own}`
    : `${name}: ${look.names[0]} ${own}, ${look.names[1]} ${part(bar.other, data.otherTotal)}`;
}
