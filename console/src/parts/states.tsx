/** The states every page can be in instead of full: loading, empty, error, forbidden, offline. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { ApiError } from "@/api/client";
import { useSay } from "@/i18n/language";

const RETRY_MS = 5_000;

export function State({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  /** Lines of the skeleton. */
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}

/** What was read, or why it is not there. A Cloud that is away takes nothing off the page; a refusal does. */
export function Loaded<T>({ query, rows, children }: LoadedProps<T>) {
  const { data, error } = query;
  const isTaken = error instanceof ApiError && (error.status === 403 || error.status === 404);
  if (data !== undefined && !isTaken) return children(data);
  if (error !== null) return <Failed error={error} retry={() => void query.refetch()} />;
  return <Loading {...(rows !== undefined && { rows })} />;
}

export function Loading({ rows = 4 }: { rows?: number }) {
  const say = useSay();
  return (
    <div className="card loading" role="status">
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
  useEffect(() => {
    if (!(error instanceof ApiError) || error.status !== 0) return;
    const timer = setInterval(() => void router.invalidate(), RETRY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [error, router]);
  return (
    <main className="page">
      <h1 className="unseen">Qumulus</h1>
      <Failed error={error} retry={() => void router.invalidate()} />
    </main>
  );
}

/** An address that no screen has. */
export function LostScreen() {
  const say = useSay();
  return (
    <div className="page">
      <h1 className="unseen">{say("app.name")}</h1>
      <MissingScreen />
    </div>
  );
}

export function MissingScreen() {
  const say = useSay();
  return (
    <State title={say("state.missing")}>
      <p>{say("state.missing.text")}</p>
      <Link to="/" className="button">
        {say("nav.home")}
      </Link>
    </State>
  );
}
