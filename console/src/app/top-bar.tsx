import { lazy, Suspense } from "react";
import { useSay } from "@/i18n/language";
import { useLive } from "@/live/live";

const UserMenu = lazy(async () => ({ default: (await import("./user-menu")).UserMenu }));

export function TopBar({ openPalette }: { openPalette: () => void }) {
  const say = useSay();
  return (
    <header className="top">
      <button type="button" className="button top-search" onClick={openPalette}>
        <svg viewBox="0 0 20 20" aria-hidden>
          <path d="M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM13 13l4 4" />
        </svg>
        <span>{say("palette.title")}</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      <LiveSwitch />
      <Suspense fallback={<span className="button icon avatar-awaited" aria-hidden />}>
        <UserMenu />
      </Suspense>
    </header>
  );
}

function LiveSwitch() {
  const say = useSay();
  const { liveness, isPaused, setPaused } = useLive();
  return (
    <button
      type="button"
      className="button quiet"
      aria-pressed={!isPaused}
      title={say("live.toggle")}
      onClick={() => {
        setPaused(!isPaused);
      }}
    >
      <span className="pulse" data-liveness={liveness} aria-hidden />
      {say(`live.${liveness}`)}
    </button>
  );
}
