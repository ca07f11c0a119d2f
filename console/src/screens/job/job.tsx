import * as Tabs from "@radix-ui/react-tabs";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Job } from "@/api/client";
import { job as jobQuery } from "@/api/queries";
import { usePageTitle } from "@/app/title";
import { span } from "@/format/time";
import { Ago } from "@/format/time-text";
import { useSay } from "@/i18n/language";
import { useOwnTexts } from "@/i18n/own";
import { useJobTitle } from "@/parts/job-title";
import { useCopy } from "@/parts/snippet";
import { Loaded } from "@/parts/states";
import { StatusBadge } from "@/parts/status";
import { Actions } from "./actions";
import { placeOf, readInfo, type Info } from "./info";
import { ResultTab } from "./result";
import { TABS, type Tab } from "./search";
import { CircuitTab, EventsTab, EvidenceTab, ProgramTab, RawTab } from "./tabs";
import { jobTexts } from "./texts";
import { Travel } from "./travel";
import { useJobSearch } from "./use-search";
import "./job.css";

export function JobScreen() {
  const { jobId } = useParams({ from: "/inside/jobs/$jobId" });
  const found = useQuery(jobQuery(jobId));
  return (
    <div className="page job-page">
      {found.data === undefined ? <h1 className="unseen">{jobId}</h1> : null}
      <Loaded query={found} rows={8}>
        {(job) => <Shown key={jobId} job={job} />}
      </Loaded>
    </div>
  );
}

function Shown({ job }: { job: Job }) {
  const info = useMemo(() => readInfo(job), [job]);
  return (
    <>
      <Head job={job} info={info} />
      <Reason job={job} info={info} />
      <Travel job={job} info={info} />
      <Details job={job} info={info} />
    </>
  );
}

function Head({ job, info }: { job: Job; info: Info }) {
  const say = useSay();
  const { isCopied, copy } = useCopy();
  const title = useJobTitle()(job);
  usePageTitle(title);
  return (
    <header className="job-head">
      <div className="page-head">
        <div className="job-title">
          <h1>{title}</h1>
          <div className="row">
            <StatusBadge status={job.status} />
            <button
              type="button"
              className="button quiet small job-id"
              title={say("app.copy")}
              onClick={() => void copy(job.job_id)}
            >
              <code>{job.job_id}</code>
              <span className="soft" aria-live="polite">
                {isCopied ? say("app.copied") : ""}
              </span>
            </button>
          </div>
        </div>
        <Actions job={job} info={info} />
      </div>
      {job.description === "" ? null : <p className="soft">{job.description}</p>}
      <Facts job={job} />
    </header>
  );
}

function Facts({ job }: { job: Job }) {
  const say = useOwnTexts(jobTexts);
  return (
    <dl className="job-facts number">
      <div>
        <dt>{say("fact.device")}</dt>
        <dd>
          <Link to="/devices/$deviceId" params={{ deviceId: job.device_id }}>
            {job.device_id}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{say("fact.type")}</dt>
        <dd>{job.job_type}</dd>
      </div>
      <div>
        <dt>{say("fact.shots")}</dt>
        <dd>{job.shots.toLocaleString("en")}</dd>
      </div>
      <div>
        <dt>{say("fact.submitted")}</dt>
        <dd>
          <Ago at={job.submitted_at ?? job.created_at} />
        </dd>
      </div>
      <div>
        <dt>{say("fact.runTime")}</dt>
        <dd>{job.execution_time === null ? "–" : span(job.execution_time)}</dd>
      </div>
      {job.attempt < 2 ? null : (
        <div>
          <dt>{say("fact.attempt")}</dt>
          <dd>{job.attempt}</dd>
        </div>
      )}
    </dl>
  );
}

/** Why it ended so, before anything else, with the line of the program that is to blame. */
function Reason({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  if (info.reason === null || (job.status !== "failed" && job.status !== "cancelled")) return null;
  const place = placeOf(info.reason);
  return (
    <section className="reason" data-status={job.status} aria-labelledby="reason-title">
      <h2 id="reason-title">{say(job.status === "failed" ? "failed" : "cancelled")}</h2>
      <p>{info.reason}</p>
      {info.reasonCode === null ? null : (
        <p className="soft">
          {say("code")}: <code>{info.reasonCode}</code>
        </p>
      )}
      {place === null ? null : <Blamed info={info} {...place} />}
    </section>
  );
}

const AROUND = 2;

function Blamed({
  info,
  program,
  line,
  column,
}: {
  info: Info;
  program: number;
  line: number;
  column: number;
}) {
  const say = useOwnTexts(jobTexts);
  const lines = (info.programs[program] ?? "").split("\n");
  if (line > lines.length) return null;
  const first = Math.max(line - 1 - AROUND, 0);
  const title = say(info.programs.length > 1 ? "failed.program" : "failed.line", { program, line, column });
  return (
    <figure className="blamed">
      <figcaption className="soft">{title}</figcaption>
      <pre tabIndex={0} aria-label={title}>
        {lines.slice(first, line + AROUND).map((text, index) => {
          const number = first + index + 1;
          return (
            <span key={number} className={number === line ? "line marked" : "line"}>
              <span className="line-number" aria-hidden>
                {number}
              </span>
              {number === line ? <Pointed text={text} column={column} /> : text}
              {"\n"}
            </span>
          );
        })}
      </pre>
    </figure>
  );
}

function Pointed({ text, column }: { text: string; column: number }) {
  const word = /^(?:\w+|.)/.exec(text.slice(column - 1))?.[0] ?? "";
  return (
    <>
      {text.slice(0, column - 1)}
      <mark>{word}</mark>
      {text.slice(column - 1 + word.length)}
    </>
  );
}

function Details({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const title = useJobTitle()(job);
  const [search, setSearch] = useJobSearch();
  const usual: Tab = job.status === "failed" ? "program" : "result";
  return (
    <section className="card job-tabs" aria-label={say("details")}>
      <Tabs.Root
        value={search.tab ?? usual}
        onValueChange={(tab) => {
          setSearch({ tab: tab as Tab });
        }}
      >
        <Tabs.List className="tabs" aria-label={title}>
          {TABS.map((tab) => (
            <Tabs.Trigger key={tab} value={tab} className="tab">
              {say(`tab.${tab}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <div className="body">
          <Tabs.Content value="result">
            <ResultTab job={job} info={info} />
          </Tabs.Content>
          <Tabs.Content value="circuit">
            <CircuitTab job={job} info={info} />
          </Tabs.Content>
          <Tabs.Content value="program">
            <ProgramTab info={info} />
          </Tabs.Content>
          <Tabs.Content value="events">
            <EventsTab job={job} />
          </Tabs.Content>
          <Tabs.Content value="evidence">
            <EvidenceTab info={info} />
          </Tabs.Content>
          <Tabs.Content value="raw">
            <RawTab job={job} info={info} />
          </Tabs.Content>
        </div>
      </Tabs.Root>
    </section>
  );
}
