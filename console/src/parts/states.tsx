/** The states every page can be in instead of full: loading, empty, error, forbidden, offline. */
import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import { useSay } from "@/i18n/language";

export function State({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ rows = 4 }: { rows?: number }) {
  const say = useSay();
  return (
    <div className="card" role="status">
      <span className="unseen">{say("app.loading")}</span>
      <div className="body" style={{ display: "grid", gap: "var(--space-3)" }} aria-hidden>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className="skeleton" style={{ width: `${String(100 - ((row * 17) % 40))}%` }} />
        ))}
      </div>
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const say = useSay();
  const status = error instanceof ApiError ? error.status : -1;
  if (status === 403) return <ForbiddenScreen />;
  if (status === 404) return <MissingScreen />;
  const isOffline = status === 0;
  return (
    <State title={say(isOffline ? "state.offline" : "state.error")}>
      <p>{isOffline ? say("state.offline.text") : error instanceof Error ? error.message : String(error)}</p>
      {retry === undefined ? null : (
        <button type="button" className="button" onClick={retry}>
          {say("app.retry")}
        </button>
      )}
    </State>
  );
}

export function ForbiddenScreen() {
  const say = useSay();
  return (
    <State title={say("state.forbidden")}>
      <p>{say("state.forbidden.text")}</p>
    </State>
  );
}

/** A page that this role may not open. */
export function ClosedScreen() {
  const say = useSay();
  return (
    <div className="page">
      <h1 className="unseen">{say("app.name")}</h1>
      <ForbiddenScreen />
    </div>
  );
}

/** What the router shows when a page could not even begin; the Cloud may be away. */
export function BrokenScreen({ error }: { error: unknown }) {
  const router = useRouter();
  return <Failed error={error} retry={() => void router.invalidate()} />;
}

/** An address that no screen has. */
export function LostScreen() {
  const say = useSay();
  return (
    <main className="page">
      <h1 className="unseen">{say("app.name")}</h1>
      <MissingScreen />
      <p className="state">
        <Link to="/" className="button">
          {say("nav.home")}
        </Link>
      </p>
    </main>
  );
}

export function MissingScreen() {
  const say = useSay();
  return (
    <State title={say("state.missing")}>
      <p>{say("state.missing.text")}</p>
    </State>
  );
}
