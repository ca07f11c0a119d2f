import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { activeJobs, announcements, devices } from "@/api/queries";
import type { Device } from "@/api/client";
import { usePageTitle } from "@/app/title";
import { Ago } from "@/format/time-text";
import type { JobRow } from "@/live/rows";
import { DeviceCard } from "@/parts/device-card";
import { useJobTitle } from "@/parts/job-title";
import { Failed, Loading, State } from "@/parts/states";
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
    </div>
  );
}

function ActiveJobs() {
  const say = useSay();
  const jobs = useQuery(activeJobs);
  const machines = useQuery(devices);
  if (jobs.isPending) return <Loading rows={3} />;
  if (jobs.isError) return <Failed error={jobs.error} retry={() => void jobs.refetch()} />;
  const { active, recent, hasAny } = jobs.data;
  if (!hasAny) return <FirstCircuit devices={machines.data ?? []} />;
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
  if (found.isPending) return <Loading rows={2} />;
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />;
  return (
    <section className="home-part" aria-labelledby="devices-title">
      <h2 id="devices-title">{say("home.devices")}</h2>
      {found.data.length === 0 ? <State title={say("device.none")} /> : <DeviceCards devices={found.data} />}
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
              <p className="news-text">{one.content}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
