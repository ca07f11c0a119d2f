import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Job } from "@/api/client";
import { keys } from "@/api/queries";
import { useOwnTexts } from "@/i18n/own";
import { Confirm } from "@/parts/confirm";
import { CopyAs } from "@/parts/copy-as";
import { useTell } from "@/parts/toasts";
import { waysOf } from "./copy-as";
import { isFinal, type Info } from "./info";
import { jobTexts } from "./texts";

/** What can be done with a job. */
export function Actions({ job, info }: { job: Job; info: Info }) {
  const say = useOwnTexts(jobTexts);
  return (
    <div className="row">
      {info.programs.length === 0 ? null : (
        <>
          <CopyAs ways={waysOf(job, info, location.origin)} name={job.name || job.job_id} />
          <Link to="/new" search={{ from: job.job_id }} className="button">
            {say("again")}
          </Link>
        </>
      )}
      {isFinal(job.status) ? <Delete job={job} /> : <Cancel job={job} />}
    </div>
  );
}

function Cancel({ job }: { job: Job }) {
  const say = useOwnTexts(jobTexts);
  const client = useQueryClient();
  const tell = useTell();
  const [isAsking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => api.POST("/jobs/{job_id}/cancel", { params: { path: { job_id: job.job_id } } }),
    onError: (error) => {
      tell(error.message, true);
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.job(job.job_id) }),
  });
  return (
    <>
      <button
        type="button"
        className="button danger"
        disabled={cancel.isPending}
        onClick={() => {
          setAsking(true);
        }}
      >
        {say("cancel")}
      </button>
      {isAsking ? (
        <Confirm
          title={say("cancel.ask")}
          text={say("cancel.text")}
          yes={say("cancel.do")}
          no={say("keep")}
          onYes={() => {
            cancel.mutate();
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
}

function Delete({ job }: { job: Job }) {
  const say = useOwnTexts(jobTexts);
  const client = useQueryClient();
  const navigate = useNavigate();
  const tell = useTell();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.DELETE("/jobs/{job_id}", { params: { path: { job_id: job.job_id } } }),
    onError: (error) => {
      tell(error.message, true);
    },
    onSuccess: async () => {
      await navigate({ to: "/jobs" });
      client.removeQueries({ queryKey: keys.job(job.job_id) });
      await client.invalidateQueries({ queryKey: keys.jobLists });
    },
  });
  return (
    <>
      <button
        type="button"
        className="button danger"
        disabled={remove.isPending}
        onClick={() => {
          setAsking(true);
        }}
      >
        {say("delete")}
      </button>
      {isAsking ? (
        <Confirm
          title={say("delete.ask")}
          text={say("delete.text")}
          yes={say("delete")}
          no={say("keep")}
          onYes={() => {
            remove.mutate();
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
}
