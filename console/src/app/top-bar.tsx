import { useSay } from "@/i18n/language";
import { useLive } from "@/live/live";

export function TopBar() {
  const say = useSay();
  const { liveness, isPaused, setPaused } = useLive();
  return (
    <header className="top">
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
        {say(liveness === "live" ? "live.on" : `live.${liveness}`)}
      </button>
    </header>
  );
}
