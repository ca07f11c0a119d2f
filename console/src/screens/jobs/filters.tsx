import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useSay } from "@/i18n/language";
import { useOwnTexts } from "@/i18n/own";
import { jobCounts } from "./list";
import { readFilter, STATUSES, withQualifier, type JobsSearch, type Status } from "./search";
import { TEXTS } from "./texts";

const PAUSE_MS = 250;

export function Filters({ search }: { search: JobsSearch }) {
  return (
    <div className="jobs-filters">
      <SearchField search={search} />
      <StatusTabs search={search} />
    </div>
  );
}

/** The address follows the field after a short pause, and the field follows the address. */
function useTyped(q: string) {
  const navigate = useNavigate({ from: "/jobs" });
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  if (known !== q) {
    setKnown(q);
    setTyped(q);
  }
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => {
      void navigate({
        search: ({ order }) => ({ ...(order && { order }), ...(typed === "" ? {} : { q: typed }) }),
        replace: true,
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [navigate, q, typed]);
  return { typed, setTyped };
}

function SearchField({ search }: { search: JobsSearch }) {
  const text = useOwnTexts(TEXTS);
  const field = useRef<HTMLInputElement>(null);
  const { typed, setTyped } = useTyped(search.q ?? "");
  const id = useId();
  const { problems } = readFilter(typed, 0);
  return (
    <div className="jobs-search">
      <svg viewBox="0 0 20 20" aria-hidden>
        <path d="M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM13 13l4 4" />
      </svg>
      <input
        ref={field}
        type="search"
        data-search
        className="input"
        aria-label={text("search")}
        aria-describedby={`${id}-help ${id}-problem`}
        aria-invalid={problems.length > 0}
        placeholder={text("search.placeholder")}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") field.current?.blur();
        }}
      />
      <kbd aria-hidden>/</kbd>
      <p id={`${id}-help`} className="jobs-search-help soft">
        {text("search.help")}
      </p>
      <p id={`${id}-problem`} className="problem" role="status">
        {problems.length === 0 ? null : text("search.problem", { words: problems.join(", ") })}
      </p>
    </div>
  );
}

function StatusTabs({ search }: { search: JobsSearch }) {
  const say = useSay();
  const text = useOwnTexts(TEXTS);
  const q = search.q ?? "";
  const chosen = readFilter(q, 0).status;
  const tabs = [undefined, ...STATUSES];
  const { data: counts } = useQuery(jobCounts(search));
  const countOf = (status: Status | undefined) => {
    if (counts === undefined) return undefined;
    if (status !== undefined) return counts[status] ?? 0;
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };
  return (
    <nav className="jobs-tabs" aria-label={text("tabs")}>
      {tabs.map((status) => {
        const wanted = withQualifier(q, "status", status ?? null);
        return (
          <Link
            key={status ?? "all"}
            to="/jobs"
            search={{ ...(search.order && { order: search.order }), ...(wanted === "" ? {} : { q: wanted }) }}
            activeProps={{}}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={status === chosen ? "true" : undefined}
            className="jobs-tab"
          >
            {status === undefined ? text("all") : say(`status.${status}`)}
            <span className="number">{countOf(status)?.toLocaleString()}</span>
          </Link>
        );
      })}
    </nav>
  );
}
