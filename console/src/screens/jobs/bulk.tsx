import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { cancelJobs, deleteJobs, readJobs, type Outcome } from "@/api/bulk";
import { ApiError, type Job } from "@/api/client";
import { keys } from "@/api/queries";
import { save } from "@/format/save";
import { useOwnTexts } from "@/i18n/own";
import type { JobPages } from "@/live/rows";
import { Confirm } from "@/parts/confirm";
import { useTell } from "@/parts/toasts";
import type { Selection } from "./selection";
import { TEXTS } from "./texts";

type Action = "cancel" | "delete" | "download";

interface Props {
  readonly selection: Selection;
}

function useBulk({ selection }: Props) {
  const text = useOwnTexts(TEXTS);
  const tell = useTell();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const report = (action: Action, { done, refused }: Outcome<string | Job>) => {
    if (done.length > 0) tell(text(`${action}.done`, { done: done.length }));
    const why = [...new Set(refused)].slice(0, 2).join(" ");
    if (refused.length > 0) tell(text("refused", { refused: refused.length, why }), true);
  };
  const act = async (action: Action, ids: readonly string[]) => {
    if (action === "download") {
      const found = await readJobs(ids);
      if (found.done.length > 0) save("jobs.json", JSON.stringify(found.done, null, 2), "application/json");
      report(action, found);
      return;
    }
    const outcome = await (action === "cancel" ? cancelJobs(ids) : deleteJobs(ids));
    if (action === "delete") forgetRows(client, new Set(outcome.done));
    void client.invalidateQueries({ queryKey: keys.jobLists });
    report(action, outcome);
    selection.replace([]);
  };
  const run = async (action: Action) => {
    setBusy(true);
    try {
      await act(action, [...selection.ids]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(error.message, true);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, run };
}

function forgetRows(client: QueryClient, gone: ReadonlySet<string>): void {
  client.setQueriesData<JobPages>({ queryKey: keys.jobPages }, (known) =>
    known === undefined
      ? known
      : { ...known, pages: known.pages.map((page) => page.filter((row) => !gone.has(row.job_id))) },
  );
}

/** What can be done with the selected jobs; only there while some are selected. */
export function BulkBar(props: Props) {
  const text = useOwnTexts(TEXTS);
  const { isBusy, run } = useBulk(props);
  const [asked, setAsked] = useState<"cancel" | "delete" | null>(null);
  const { ids, replace } = props.selection;
  const count = ids.size;
  if (count === 0) return null;
  return (
    <div className="jobs-bulk" role="toolbar" aria-label={text("select.count", { count })} aria-busy={isBusy}>
      <strong className="number">{text("select.count", { count })}</strong>
      {(["cancel", "delete"] as const).map((action) => (
        <button
          key={action}
          type="button"
          className="button"
          disabled={isBusy}
          onClick={() => {
            setAsked(action);
          }}
        >
          {text(action)}
        </button>
      ))}
      <button type="button" className="button" disabled={isBusy} onClick={() => void run("download")}>
        {text("download")}
      </button>
      <button
        type="button"
        className="button quiet"
        onClick={() => {
          replace([]);
        }}
      >
        {text("select.none")}
      </button>
      {asked === null ? null : (
        <Confirm
          title={text(`${asked}.ask`, { count })}
          text={text(`${asked}.text`)}
          yes={text(asked)}
          no={text("keep")}
          onYes={() => void run(asked)}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </div>
  );
}
