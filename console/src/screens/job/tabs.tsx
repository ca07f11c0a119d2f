import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { ApiError, type Job, type JobEvent } from "@/api/client";
import { device } from "@/api/queries";
import { CircuitDrawing } from "@/circuit/drawing";
import { MappingMap, topologyOf } from "@/circuit/mapping";
import { layoutOf } from "@/circuit/queries";
import { span } from "@/format/time";
import { useLanguage, useSay } from "@/i18n/language";
import { en, type TextKey } from "@/i18n/en";
import { useOwnTexts } from "@/i18n/own";
import { Loaded, State } from "@/parts/states";
import { Snippet } from "@/parts/snippet";
import { eventsOf } from "./queries";
import { clock } from "./sequence-view";
import { placeOf, type Info, type Statistics } from "./info";
import { jobTexts } from "./texts";

const Editor = lazy(async () => ({ default: (await import("@/circuit/editor")).Editor }));

export function CircuitTab({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const submitted = info.combined ?? info.programs[0];
  const transpiled = info.transpiled?.transpiled_program;
  if (submitted === undefined) return <State title={say("program.none")} />;
  return (
    <div className="circuits">
      <Drawn
        code={submitted}
        title={say(info.combined === null ? "circuit.submitted" : "circuit.combined")}
      />
      {transpiled === undefined ? (
        <p className="soft">{say("circuit.none")}</p>
      ) : (
        <Drawn code={transpiled} title={say("circuit.transpiled")} isCompact />
      )}
      <Mapped job={job} info={info} />
    </div>
  );
}

function Drawn({ code, title, isCompact = false }: { code: string; title: string; isCompact?: boolean }) {
  const say = useOwnTexts(jobTexts);
  const layout = useQuery(layoutOf(code));
  const refusal = layout.error instanceof ApiError && layout.error.status === 400 ? layout.error : null;
  return (
    <section className="drawn">
      <h3>{title}</h3>
      {refusal === null ? (
        <Loaded query={layout} rows={3}>
          {(drawn) => <CircuitDrawing layout={drawn} title={title} isCompact={isCompact} />}
        </Loaded>
      ) : (
        <State title={say("circuit.steered")}>
          <p>{refusal.message}</p>
        </State>
      )}
    </section>
  );
}

/** The place of each qubit on the device, and what transpiling has made of the program. */
function Mapped({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const pairs = info.transpiled?.virtual_physical_mapping?.qubit_mapping;
  const found = useQuery({ ...device(job.device_id), enabled: pairs !== undefined });
  const topology = useMemo(() => topologyOf(found.data?.device_info ?? null), [found.data]);
  const mapping = useMemo(
    () => new Map(Object.entries(pairs ?? {}).map(([virtual, physical]) => [Number(virtual), physical])),
    [pairs],
  );
  if (info.transpiled === null) return null;
  const { before, after } = info.transpiled.stats ?? {};
  return (
    <div className="mapped">
      {topology === null || mapping.size === 0 ? null : (
        <section className="drawn">
          <h3>{say("circuit.mapping", { device: job.device_id })}</h3>
          <MappingMap topology={topology} mapping={mapping} />
        </section>
      )}
      {before === undefined || after === undefined ? null : <StatsTable before={before} after={after} />}
    </div>
  );
}

function StatsTable({ before, after }: { before: Statistics; after: Statistics }) {
  const say = useOwnTexts(jobTexts);
  return (
    <section className="drawn">
      <h3>{say("stats")}</h3>
      <table className="lines number">
        <thead>
          <tr>
            <td />
            <th scope="col" className="end">
              {say("stats.before")}
            </th>
            <th scope="col" className="end">
              {say("stats.after")}
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.keys(before).map((name) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td className="end">{before[name]}</td>
              <td className="end">{after[name]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ProgramTab({ info }: { info: Info }) {
  const say = useOwnTexts(jobTexts);
  const place = placeOf(info.reason);
  if (info.programs.length === 0) return <State title={say("program.none")} />;
  return (
    <div className="programs">
      {info.programs.map((text, index) => {
        const name = info.programs.length === 1 ? say("tab.program") : say("program", { index });
        const marked =
          place === null || place.program !== index || info.reason === null
            ? []
            : [
                {
                  severity: "error",
                  code: info.reasonCode ?? "",
                  message: info.reason,
                  hint: null,
                  ...place,
                },
              ];
        return (
          <section key={index} className="drawn">
            {info.programs.length === 1 ? null : <h3>{name}</h3>}
            <div className="card">
              <Suspense fallback={<Snippet text={text} />}>
                <Editor value={text} label={name} isReadOnly diagnostics={marked} />
              </Suspense>
            </div>
          </section>
        );
      })}
    </div>
  );
}

export function EventsTab({ job }: { job: Job }) {
  const events = useQuery(eventsOf(job.job_id));
  return <Loaded query={events}>{(known) => <EventTable events={known} />}</Loaded>;
}

function EventTable({ events }: { events: readonly JobEvent[] }) {
  const say = useOwnTexts(jobTexts);
  const { language } = useLanguage();
  const status = useStatusName();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={say("tab.events")}>
      <table className="lines">
        <thead>
          <tr>
            {(
              ["event.seq", "event.at", "event.delta", "event.actor", "event.move", "event.detail"] as const
            ).map((key) => (
              <th key={key} scope="col">
                {say(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => {
            const before = events[index - 1];
            const delta = before === undefined ? null : (Date.parse(event.at) - Date.parse(before.at)) / 1000;
            return (
              <tr key={event.seq}>
                <td className="number">{event.seq}</td>
                <td className="number">
                  <time dateTime={event.at} title={event.at}>
                    {clock(event.at, language)}
                  </time>
                </td>
                <td className="number">{delta === null ? "" : say("after", { time: span(delta) })}</td>
                <td>{event.actor}</td>
                <td>
                  {event.from === null ? say("event.new") : status(event.from)} → {status(event.to ?? "")}
                </td>
                <td>
                  <code>{JSON.stringify(event.detail) === "{}" ? "" : JSON.stringify(event.detail)}</code>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function useStatusName(): (status: string) => string {
  const say = useSay();
  return (status) => (`status.${status}` in en ? say(`status.${status}` as TextKey) : status);
}

/** What is needed to get the same numbers again. */
export function EvidenceTab({ info }: { info: Info }) {
  const say = useOwnTexts(jobTexts);
  const provenance = info.result?.provenance;
  if (provenance === undefined) return <State title={say("evidence.none")} />;
  return (
    <dl className="facts-list">
      {Object.entries(provenance).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: unknown }) {
  const say = useOwnTexts(jobTexts);
  if (value === null || value === undefined) return <span className="soft">{say("none")}</span>;
  if (typeof value !== "object" || Array.isArray(value))
    return <span className="number">{typeof value === "string" ? value : JSON.stringify(value)}</span>;
  return (
    <ul className="values">
      {Object.entries(value).map(([name, one]) => (
        <li key={name}>
          <span className="soft">{name}</span> <Value value={one} />
        </li>
      ))}
    </ul>
  );
}

export function RawTab({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const text = typeof job.job_info === "string" ? job.job_info : JSON.stringify(info.raw, null, 2);
  return (
    <div className="raw">
      <Snippet text={text} label={say("raw.text")} />
    </div>
  );
}
