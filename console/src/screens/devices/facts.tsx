import { useEffect, type ReactNode } from "react";
import type { Device } from "@/api/client";
import { Ago } from "@/format/time-text";
import { span } from "@/format/time";
import { useOwnTexts } from "@/i18n/own";
import { noteDepth, Sparkline, useDepths } from "./sparkline";
import { TEXTS } from "./texts";

const AT_ONCE_S = 0.5;

/** How many jobs wait, and how that went while somebody looked. */
export function Queue({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  const depths = useDepths(device.device_id);
  const count = device.n_pending_jobs;
  return (
    <span className="queue">
      <span className="number">{text("queue.now", { count })}</span>
      <Sparkline values={depths} label={text("queue.line", { count, most: Math.max(count, ...depths) })} />
    </span>
  );
}

/** Every answer about devices adds a point to each queue's line. */
export function useNotedDepths(devices: readonly Device[] | undefined, at: number): void {
  useEffect(() => {
    for (const one of devices ?? []) noteDepth(one.device_id, one.n_pending_jobs);
  }, [devices, at]);
}

/** A line that jobs stand in is no "none", however fast it moves. */
export function Wait({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  const { expected_wait: seconds, n_pending_jobs: count } = device;
  if (seconds === null) return <span className="soft">{text("wait.unknown")}</span>;
  if (seconds >= AT_ONCE_S) return text("wait.about", { time: span(seconds) });
  return text(count === 0 ? "wait.none" : "wait.short");
}

export function Calibrated({ at }: { at: string | null }) {
  const text = useOwnTexts(TEXTS);
  return at === null ? <span className="soft">{text("uncalibrated")}</span> : <Ago at={at} />;
}

/** When a device that is away comes back. */
export function Return({ device }: { device: Device }) {
  const text = useOwnTexts(TEXTS);
  return device.available_at === null ? (
    <span className="soft">{text("next.unknown")}</span>
  ) : (
    <Ago at={device.available_at} />
  );
}

interface FactProps {
  readonly name: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Fact({ name, isWide = false, children }: FactProps) {
  return (
    <div data-wide={isWide}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
