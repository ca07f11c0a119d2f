import { useState } from "react";
import type { Job, JobEvent } from "@/api/client";
import { useWidth } from "@/charts/width";
import { span } from "@/format/time";
import { useLanguage, useSay } from "@/i18n/language";
import { useOwnTexts, type SayOwn } from "@/i18n/own";
import { en, type TextKey } from "@/i18n/en";
import { LANES, sequenceOf, type Lane, type Step } from "./sequence";
import { jobTexts } from "./texts";
import "./sequence.css";

const HEAD = 52;
const ROW = 50;
const DIVIDER = 30;
const NARROW = 620;
const LANE_BOX = 132;

type Say = SayOwn<keyof (typeof jobTexts)["en"]>;

const CLOCK = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
} as const;

/** To the millisecond, in the reader's own zone. */
export function clock(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, CLOCK);
}

/** The live sequence: an arrow for each event, dashed ones for what is expected, grey ones for what did not come. */
export function SequenceView({ events, job, who }: { events: readonly JobEvent[]; job: Job; who: string }) {
  const say = useOwnTexts(jobTexts);
  const steps = sequenceOf(events, job);
  const [old] = useState(
    () => new Set(steps.filter((step) => step.state === "done").map((step) => step.key)),
  );
  const [box, width] = useWidth<HTMLDivElement>(760);
  const firstUntaken = steps.findIndex((step) => step.state === "untaken" || step.state === "possible");
  const divided = firstUntaken < 0 ? 0 : DIVIDER;
  const top = (index: number) =>
    HEAD + index * ROW + (firstUntaken >= 0 && index >= firstUntaken ? DIVIDER : 0);
  const height = HEAD + steps.length * ROW + divided + 8;
  const x: Readonly<Record<Lane, number>> = laneX(width);
  const names = { user: who, cloud: "Qumulus", provider: job.device_id };
  return (
    <div ref={box} className={width < NARROW ? "sequence narrow" : "sequence"}>
      <svg width={width} height={height} aria-hidden>
        {LANES.map((lane) => (
          <LaneHead
            key={lane}
            x={x[lane]}
            height={height}
            title={say(`lane.${lane}`)}
            name={names[lane]}
            width={width}
          />
        ))}
        {firstUntaken < 0 ? null : (
          <g className="divider" transform={`translate(0,${String(top(firstUntaken) - DIVIDER / 2 - 4)})`}>
            <line x2={width} />
            <text x={4} y={14}>
              {say(steps[firstUntaken]?.state === "possible" ? "possible" : "untaken")}
            </text>
          </g>
        )}
        {steps.map((step, index) => (
          <g key={step.key} transform={`translate(0,${String(top(index))})`}>
            <Arrow
              step={step}
              x={x}
              isNarrow={width < NARROW}
              isNew={step.state === "done" && !old.has(step.key)}
            />
          </g>
        ))}
      </svg>
      <StepList steps={steps} names={names} />
    </div>
  );
}

function laneX(width: number): Record<Lane, number> {
  const edge = Math.min(Math.max(width * 0.1, 48), LANE_BOX / 2 + 24);
  return { user: edge, cloud: width / 2, provider: width - edge };
}

function LaneHead(props: { x: number; height: number; title: string; name: string; width: number }) {
  const { x, height, title, name, width } = props;
  const box = width < NARROW ? 88 : LANE_BOX;
  return (
    <g transform={`translate(${String(x)},0)`} className="lane">
      <line className="life" y1={40} y2={height} />
      <rect x={-box / 2} y={1} width={box} height={38} rx={8} />
      <text className="lane-title" y={17}>
        {title}
      </text>
      <text className="lane-name" y={32}>
        {name.length > box / 7 ? `${name.slice(0, Math.floor(box / 7) - 1)}…` : name}
      </text>
    </g>
  );
}

interface ArrowProps {
  readonly step: Step;
  readonly x: Readonly<Record<Lane, number>>;
  readonly isNarrow: boolean;
  readonly isNew: boolean;
}

/** The arrow on its own side of the Cloud; status and time on the free side. */
function Arrow({ step, x, isNarrow, isNew }: ArrowProps) {
  const say = useOwnTexts(jobTexts);
  const fromLeft = step.from !== "provider";
  const side = fromLeft ? -1 : 1;
  const start = step.from === "cloud" ? x.cloud + side * 70 : x[step.from];
  const end = x.cloud + side * 9;
  const middle = (start + end) / 2;
  const y = 30;
  return (
    <g className={`step ${step.state}${isNew ? " arrives" : ""}`} data-status={step.status}>
      <text
        className="step-name"
        x={step.from === "cloud" ? end : middle}
        y={y - 9}
        textAnchor={step.from === "cloud" ? "end" : "middle"}
      >
        {say(`step.${step.action}`)}
      </text>
      {step.from === "cloud" ? null : (
        <>
          <path
            className="shaft"
            pathLength={step.state === "done" ? 1 : undefined}
            d={`M${String(start)} ${String(y)}L${String(end)} ${String(y)}`}
          />
          <circle className="tail" cx={start} cy={y} r={3.5} />
          <path className="tip" d={`M${String(end)} ${String(y)}l${String(side * 8)} -4.5v9Z`} />
        </>
      )}
      {step.call === null || isNarrow || step.from === "cloud" ? null : (
        <text className="step-call" x={middle} y={y + 15} textAnchor="middle">
          {step.call}
        </text>
      )}
      <circle className="node" cx={x.cloud} cy={y} r={6} />
      <Said
        step={step}
        x={x.cloud - side * 16}
        y={y}
        anchor={fromLeft ? "start" : "end"}
        isNarrow={isNarrow}
      />
    </g>
  );
}

function Said({
  step,
  x,
  y,
  anchor,
  isNarrow,
}: {
  step: Step;
  x: number;
  y: number;
  anchor: "start" | "end";
  isNarrow: boolean;
}) {
  const sayOwn = useOwnTexts(jobTexts);
  const say = useSay();
  const { language } = useLanguage();
  const key = `status.${step.status}`;
  const status = key in en ? say(key as TextKey) : step.status;
  const time = timeOf(step, language, sayOwn);
  const delta = deltaText(step, sayOwn);
  const notes = noteText(step, sayOwn);
  return (
    <g textAnchor={anchor}>
      <text className="step-status" x={x} y={y - 4}>
        {status}
      </text>
      <text className="step-time" x={x} y={y + 12}>
        {[
          ...(step.at === null && step.state !== "pending" ? [] : [time]),
          ...(delta === null || isNarrow ? [] : [delta]),
          ...(isNarrow ? [] : notes),
        ].join("  ·  ")}
      </text>
    </g>
  );
}

/** When it was; of what has not happened, whether it will. */
function timeOf(step: Step, language: string, say: Say): string {
  if (step.at !== null) return clock(step.at, language);
  return step.state === "done" ? "" : say(step.state);
}

function deltaText(step: Step, say: Say): string | null {
  return step.delta === null ? null : say("after", { time: span(step.delta) });
}

function noteText(step: Step, say: Say): string[] {
  return [
    ...(step.action === "fetch" && step.attempt !== null ? [say("attempt", { count: step.attempt })] : []),
    ...(step.worker === null ? [] : [say("worker", { name: step.worker })]),
    ...(step.reason === null ? [] : [step.reason]),
  ];
}

/** The same for those who do not see the drawing. */
function StepList({ steps, names }: { steps: readonly Step[]; names: Readonly<Record<Lane, string>> }) {
  const sayOwn = useOwnTexts(jobTexts);
  const say = useSay();
  const { language } = useLanguage();
  return (
    <ol className="unseen" aria-label={sayOwn("travel")}>
      {steps.map((step) => {
        const key = `status.${step.status}`;
        const parts = [
          `${sayOwn(`lane.${step.from}`)} (${names[step.from]})`,
          sayOwn(`step.${step.action}`),
          key in en ? say(key as TextKey) : step.status,
          timeOf(step, language, sayOwn),
          ...(step.delta === null ? [] : [sayOwn("after", { time: span(step.delta) })]),
          ...noteText(step, sayOwn),
        ];
        return <li key={step.key}>{parts.join(", ")}</li>;
      })}
    </ol>
  );
}
