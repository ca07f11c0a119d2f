import { useQuery } from "@tanstack/react-query";
import type { Job } from "@/api/client";
import { device, me } from "@/api/queries";
import { span } from "@/format/time";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import { Loaded } from "@/parts/states";
import type { Info } from "./info";
import { eventsOf } from "./queries";
import { SequenceView } from "./sequence-view";
import { jobTexts } from "./texts";
import { useJobSearch } from "./use-search";
import { WaterfallView } from "./waterfall";

/** The job on its way: drawn as a sequence or as a waterfall. */
export function Travel({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  const events = useQuery(eventsOf(job.job_id));
  const who = useQuery(me);
  const [search, setSearch] = useJobSearch();
  return (
    <section className="card" aria-labelledby="travel-title">
      <header>
        <h2 id="travel-title">{say("travel")}</h2>
        <Waiting job={job} />
        <Choice
          label={say("view.label")}
          value={search.view ?? "sequence"}
          options={[
            { value: "sequence", label: say("view.sequence") },
            { value: "waterfall", label: say("view.waterfall") },
          ]}
          onChange={(view) => {
            setSearch({ view: view === "waterfall" ? view : undefined });
          }}
        />
      </header>
      <div className="body">
        <Loaded query={events} rows={5}>
          {(known) =>
            search.view === "waterfall" ? (
              <WaterfallView events={known} provenance={info.result?.provenance ?? null} />
            ) : (
              <SequenceView events={known} job={job} who={who.data?.name || (who.data?.id ?? "")} />
            )
          }
        </Loaded>
      </div>
    </section>
  );
}

const SHORT_S = 0.5;

/** While it waits: its place, and for how long; what is not known of the job is said of its device. */
function Waiting({ job }: { job: Job }) {
  const say = useOwnTexts(jobTexts);
  const isWaiting = job.status === "submitted";
  const isTold = job.expected_wait !== undefined;
  const found = useQuery({ ...device(job.device_id), enabled: isWaiting && !isTold });
  if (!isWaiting) return null;
  const place = job.queue_position;
  const wait = job.expected_wait ?? found.data?.expected_wait;
  // A line that jobs stand in is no "none", however fast it moves.
  const isTellable = wait != null && (wait >= SHORT_S || place === 0);
  return (
    <p className="waiting number" role="status">
      {place === undefined ? null : (
        <strong>
          {place === 0 ? say("queue.next") : say(place === 1 ? "queue.one" : "queue", { count: place })}
        </strong>
      )}
      {!isTellable ? null : (
        <span className="soft">
          {say(wait < SHORT_S ? "wait.none" : "wait", { time: span(wait), device: job.device_id })}
        </span>
      )}
    </p>
  );
}
