import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { activeJobs, announcements, devices, settings } from "@/api/queries";
import type { Device } from "@/api/client";
import { usePageTitle } from "@/app/title";
import { Ago } from "@/format/time-text";
import type { JobRow } from "@/live/rows";
import { DeviceCard } from "@/parts/device-card";
import { Markdown } from "@/parts/markdown";
import { useJobTitle } from "@/parts/job-title";
import { Loaded, State } from "@/parts/states";
import { StatusBadge } from "@/parts/status";
import { useSay } from "@/i18n/language";
import { FirstCircuit } from "./first-circuit";
import "./home.css";

export function HomeScreen() {
  const say = useSay();
  usePageTitle(say("nav.home"));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{say("home.title")}</h1>
        <Link to="/new" className="button primary">
          {say("nav.new")}
        </Link>
      </header>
      <News />
      <ActiveJobs />
      <Devices />
      <Quota />
    </div>
  );
}

function ActiveJobs() {
  const jobs = useQuery(activeJobs);
  const machines = useQuery(devices);
  return (
    <Loaded query={jobs} rows={3}>
      {({ active, recent, hasAny }) =>
        hasAny ? <OwnJobs active={active} recent={recent} /> : <FirstCircuit devices={machines.data ?? []} />
      }
    </Loaded>
  );
}

function OwnJobs({ active, recent }: { active: readonly JobRow[]; recent: readonly JobRow[] }) {
  const say = useSay();
  return (
    <section className="card" aria-labelledby="active-title">
      <header>
        <h2 id="active-title">{say("home.active")}</h2>
        <Link to="/jobs">{say("home.active.all")}</Link>
      </header>
      {active.length === 0 ? (
        <p className="body soft">{say("home.active.none")}</p>
      ) : (
        <JobLines jobs={active} />
      )}
      {recent.length === 0 ? null : (
        <>
          <h3 className="recent-title">{say("home.recent")}</h3>
          <JobLines jobs={recent} />
        </>
      )}
    </section>
  );
}

function JobLines({ jobs }: { jobs: readonly JobRow[] }) {
  return (
    <ul className="active-jobs">
      {jobs.map((job) => (
        <JobLine key={job.job_id} job={job} />
      ))}
    </ul>
  );
}

function JobLine({ job }: { job: JobRow }) {
  const title = useJobTitle()(job);
  const at = job.ended_at ?? job.submitted_at ?? job.created_at;
  return (
    <li>
      <Link to="/jobs/$jobId" params={{ jobId: job.job_id }} className="active-job">
        <StatusBadge status={job.status} />
        <span className="active-name">{title}</span>
        <span className="active-device soft">{job.device_id}</span>
        <span className="soft number">{at === undefined ? null : <Ago at={at} />}</span>
      </Link>
    </li>
  );
}

function Devices() {
  const say = useSay();
  const found = useQuery(devices);
  return (
    <section className="home-part" aria-labelledby="devices-title">
      <h2 id="devices-title">{say("home.devices")}</h2>
      <Loaded query={found} rows={2}>
        {(shown) =>
          shown.length === 0 ? <State title={say("device.none")} /> : <DeviceCards devices={shown} />
        }
      </Loaded>
    </section>
  );
}

function DeviceCards({ devices: shown }: { devices: readonly Device[] }) {
  return (
    <ul className="device-cards">
      {shown.map((one) => (
        <li key={one.device_id}>
          <DeviceCard device={one} />
        </li>
      ))}
    </ul>
  );
}

/** How much one may use; a cloud without limits says that, too. */
function Quota() {
  const say = useSay();
  const rules = useQuery(settings);
  const rate = rules.data?.requests_per_s;
  if (rate === undefined) return null;
  return (
    <section className="home-part" aria-labelledby="quota-title">
      <h2 id="quota-title">{say("home.quota")}</h2>
      <p className="soft">
        {say("home.quota.jobs")} {rate === null ? say("home.quota.free") : say("home.quota.rate", { rate })}
      </p>
    </section>
  );
}

function News() {
  const say = useSay();
  const news = useQuery(announcements);
  const shown = news.data?.announcements ?? [];
  if (shown.length === 0) return null;
  return (
    <section className="home-part" aria-labelledby="news-title">
      <h2 id="news-title">{say("home.news")}</h2>
      <ul className="news">
        {shown.map((one) => (
          <li key={one.id} className="card">
            <div className="body">
              <h3>{one.title}</h3>
              <Markdown text={one.content} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
