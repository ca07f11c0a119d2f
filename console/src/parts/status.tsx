import type { ReactNode } from "react";
import { en, type TextKey } from "@/i18n/en";
import { useSay } from "@/i18n/language";

/** One drawing per status, on a grid of 16: a status is never told by colour alone. */
const DRAWINGS: Readonly<Record<string, ReactNode>> = {
  registered: <circle cx="8" cy="8" r="5" strokeDasharray="2.5 2.5" />,
  submitted: <circle cx="8" cy="8" r="5" />,
  ready: <path d="M4 4h8M4 12h8M5 4c0 4 6 4 6 8M11 4c0 4-6 4-6 8" />,
  running: <path d="M6 4l6 4-6 4Z" fill="currentColor" />,
  succeeded: <path d="M3 8.5l3.5 3.5L13 5" />,
  failed: <path d="M4 4l8 8M12 4l-8 8" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M4.5 11.5l7-7" />
    </>
  ),
  available: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  unavailable: <path d="M4 8h8" />,
};

export function StatusBadge({ status }: { status: string }) {
  const say = useSay();
  const key = `status.${status}`;
  return (
    <span className="badge" data-status={status}>
      <svg
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        aria-hidden
      >
        {DRAWINGS[status]}
      </svg>
      {key in en ? say(key as TextKey) : status}
    </span>
  );
}
