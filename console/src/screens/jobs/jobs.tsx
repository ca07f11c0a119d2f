import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { Loaded, State } from "@/parts/states";
import { Snippet } from "@/parts/snippet";
import { usePageTitle } from "@/app/title";
import { useSay } from "@/i18n/language";
import { useOwnTexts } from "@/i18n/own";
import type { JobPages } from "@/live/rows";
import { BulkBar } from "./bulk";
import { Filters } from "./filters";
import { HEAD_SIZE, jobHead, jobPages, newcomers } from "./list";
import type { JobsSearch } from "./search";
import { useSelection } from "./selection";
import { JobTable } from "./table";
import { TEXTS } from "./texts";
import "./jobs.css";

const route = getRouteApi("/inside/jobs");

const CLI = "qumulus run bell.qasm --device SVSim --shots 1000\nqumulus jobs list";
const PYTHON = `from pathlib import Path
from qumulus import Client

with Client() as client:
    job = client.submit(Path("bell.qasm"), device="SVSim", shots=1000)
    print(job.id, job.result().counts)`;

export function JobsScreen() {
  const say = useSay();
  usePageTitle(say("nav.jobs"));
  const search = route.useSearch();
  return (
    <div className="page jobs">
      <header className="page-head">
        <h1>{say("nav.jobs")}</h1>
        <Link to="/new" className="button primary">
          {say("nav.new")}
        </Link>
      </header>
      <Filters search={search} />
      <Jobs key={`${search.q ?? ""} ${search.order ?? ""}`} search={search} />
    </div>
  );
}

function Jobs({ search }: { search: JobsSearch }) {
  const pages = useInfiniteQuery(jobPages(search));
  const rows = useMemo(() => pages.data?.pages.flat() ?? [], [pages.data]);
  const selection = useSelection(search.sel);
  if (pages.data === undefined)
    return (
      <Loaded query={pages} rows={8}>
        {() => null}
      </Loaded>
    );
  if (rows.length === 0) return <Nothing search={search} />;
  return (
    <>
      <News search={search} known={pages.data} />
      <JobTable
        rows={rows}
        order={search.order}
        selection={selection}
        hasMore={pages.hasNextPage}
        readMore={() => {
          if (!pages.isFetchingNextPage) void pages.fetchNextPage();
        }}
      />
      <BulkBar selection={selection} />
    </>
  );
}

/** New jobs wait behind a button: the list does not move under the reader's eyes. */
function News({ search, known }: { search: JobsSearch; known: JobPages | undefined }) {
  const text = useOwnTexts(TEXTS);
  const client = useQueryClient();
  const head = useQuery(jobHead(search));
  const count = newcomers(head.data, known);
  const show = async () => {
    const { queryKey } = jobPages(search);
    client.setQueryData(queryKey, (before) =>
      before === undefined
        ? before
        : { pages: before.pages.slice(0, 1), pageParams: before.pageParams.slice(0, 1) },
    );
    await client.invalidateQueries({ queryKey });
    scrollTo({ top: 0 });
  };
  const many = count < HEAD_SIZE ? String(count) : `${String(HEAD_SIZE)}+`;
  return (
    <div className="jobs-news" role="status">
      {count === 0 ? null : (
        <button type="button" className="button primary" onClick={() => void show()}>
          <span aria-hidden>↑</span>
          {count === 1 ? text("new.one") : text("new.many", { count: many })}
        </button>
      )}
    </div>
  );
}

function Nothing({ search }: { search: JobsSearch }) {
  const say = useSay();
  const text = useOwnTexts(TEXTS);
  if (search.q !== undefined)
    return (
      <div className="card">
        <State title={text("match.title")}>
          <p>{text("match.text")}</p>
          <Link to="/jobs" className="button">
            {text("match.clear")}
          </Link>
        </State>
      </div>
    );
  return (
    <div className="card">
      <State title={text("empty.title")}>
        <p>{text("empty.text")}</p>
        <div className="jobs-empty">
          <Snippet text={CLI} />
          <Snippet text={PYTHON} />
        </div>
        <Link to="/new" className="button primary">
          {say("nav.new")}
        </Link>
      </State>
    </div>
  );
}
