import { useQuery } from "@tanstack/react-query";
import type { Job } from "@/api/client";
import { useOwnTexts } from "@/i18n/own";
import { Snippet } from "@/parts/snippet";
import { State } from "@/parts/states";
import { job as jobQuery } from "@/api/queries";
import { isFinal, readInfo, partsOf, type Estimation, type Info, type Part } from "./info";
import { Sampled } from "./sampled";
import { jobTexts } from "./texts";
import { useJobSearch } from "./use-search";

/** What came out: counts or an expectation value, of the whole job or of a part of it. */
export function ResultTab({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const [search, setSearch] = useJobSearch();
  if (info.result === null) return <NoResult job={job} />;
  const parts = partsOf(info.result);
  const position = Math.min(search.part ?? 0, parts.length - 1);
  const part = parts[position];
  if (part === undefined) return <NoResult job={job} />;
  return (
    <div className="result">
      {parts.length < 2 ? null : (
        <label className="labelled">
          {say("part")}
          <select
            className="input"
            value={position}
            onChange={(event) => {
              setSearch({ part: Number(event.target.value) || undefined });
            }}
          >
            {parts.map((one, index) => (
              <option key={index} value={index}>
                {partName(one, info, say)}
              </option>
            ))}
          </select>
        </label>
      )}
      <PartResult job={job} part={part} info={info} position={position} />
    </div>
  );
}

function partName(
  part: Part,
  info: Info,
  say: ReturnType<typeof useOwnTexts<keyof (typeof jobTexts)["en"]>>,
): string {
  if (part.kind === "whole") return say("part.whole");
  const name = say(`part.${part.kind}`, { index: part.index });
  const values = part.kind === "binding" ? info.parameters?.[part.index] : undefined;
  if (values === undefined) return name;
  const listed = Object.entries(values).map(([key, value]) => `${key} = ${valueText(value)}`);
  return `${name}: ${listed.join(", ")}`;
}

function valueText(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : JSON.stringify(value);
}

interface PartProps {
  readonly job: Job;
  readonly part: Part;
  readonly info: Info;
  readonly position: number;
}

function PartResult({ job, part, info, position }: PartProps) {
  const [search] = useJobSearch();
  const other = useQuery({ ...jobQuery(search.with ?? ""), enabled: search.with !== undefined });
  const { sampling, estimation } = part.outcome;
  if (estimation) return <Estimated estimation={estimation} info={info} />;
  if (!sampling) return <NoResult job={job} />;
  const otherResult = other.data === undefined ? null : readInfo(other.data).result;
  const otherParts = otherResult === null ? [] : partsOf(otherResult);
  const compared = (otherParts[position] ?? otherParts[0])?.outcome.sampling?.counts ?? null;
  const isMissing = search.with !== undefined && !other.isPending && compared === null;
  return <Sampled job={job} sampling={sampling} compared={compared} isMissing={isMissing} />;
}

function Estimated({ estimation, info }: { estimation: Estimation; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const digits = digitsOf(estimation.stds);
  return (
    <div className="estimated">
      <dl>
        <dt className="soft">{say("expectation")}</dt>
        <dd className="number estimate">
          {estimation.exp_value.toFixed(digits)}{" "}
          <span className="soft">± {estimation.stds.toFixed(digits)}</span>
        </dd>
      </dl>
      {info.operator === null ? null : (
        <table className="lines">
          <caption>{say("expectation.operator")}</caption>
          <thead>
            <tr>
              <th scope="col">{say("term")}</th>
              <th scope="col" className="end">
                {say("coefficient")}
              </th>
            </tr>
          </thead>
          <tbody>
            {info.operator.map((term, index) => (
              <tr key={index}>
                <td>
                  <code>{term.pauli}</code>
                </td>
                <td className="end number">{term.coeff}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Two digits of the standard error, and as many of the value. */
export function digitsOf(stds: number): number {
  return stds > 0 ? Math.min(Math.max(1 - Math.floor(Math.log10(stds)), 0), 12) : 6;
}

function NoResult({ job }: { job: Job }) {
  const say = useOwnTexts(jobTexts);
  if (isFinal(job.status)) return <State title={say("noResult.final")} />;
  const python = `from qumulus import Client

with Client() as client:
    print(client.job("${job.job_id}").result())`;
  return (
    <State title={say("noResult")}>
      <p>{say("noResult.text")}</p>
      <Snippet text={`qumulus jobs wait ${job.job_id}`} />
      <Snippet text={python} />
    </State>
  );
}
