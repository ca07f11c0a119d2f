import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, ApiError, data } from "@/api/client";
import { devices as devicesQuery, job as jobQuery, me } from "@/api/queries";
import { draftOfUser, recall, remember } from "@/app/memory";
import { usePageTitle } from "@/app/title";
import { useOwnTexts } from "@/i18n/own";
import { Loaded } from "@/parts/states";
import { fitOf, LiveCircuit, useChecks } from "./checked";
import {
  draftOf,
  fieldOf,
  problemsOf,
  readDraft,
  submitBody,
  USUAL,
  usedPrograms,
  type Draft,
} from "./draft";
import { EXAMPLE_DRAFTS, EXAMPLES, type Example } from "./examples";
import { Programs } from "./programs";
import { Settings } from "./settings";
import { newTexts } from "./texts";
import "./new.css";

export function NewJobScreen() {
  const say = useOwnTexts(newTexts);
  const { from, device } = useSearch({ from: "/inside/new" });
  const place = draftOfUser(useSuspenseQuery(me).data.id);
  const earlier = useQuery({ ...jobQuery(from ?? ""), enabled: from !== undefined });
  if (from !== undefined && earlier.data === undefined)
    return (
      <div className="page">
        <h1 className="unseen">{say("title")}</h1>
        <Loaded query={earlier} rows={8}>
          {() => null}
        </Loaded>
      </div>
    );
  const kept = readDraft(recall(place)) ?? { ...USUAL, ...EXAMPLE_DRAFTS.bell };
  const begun = earlier.data === undefined ? kept : draftOf(earlier.data);
  const draft = device === undefined ? begun : { ...begun, deviceId: device };
  return (
    <Form
      key={from ?? ""}
      begun={draft}
      keep={(next) => {
        remember(place, JSON.stringify(next));
      }}
    />
  );
}

/** The draft of a job; the first available device stands in until one is chosen. */
function useDraft(begun: Draft, keep: (draft: Draft) => void) {
  const [own, setOwn] = useState(begun);
  const offered = useQuery(devicesQuery);
  const first = offered.data?.find((one) => one.status === "available")?.device_id ?? "";
  const isGone = offered.data !== undefined && !offered.data.some((one) => one.device_id === own.deviceId);
  const draft = useMemo(
    () => (own.deviceId === "" || isGone ? { ...own, deviceId: first } : own),
    [own, isGone, first],
  );
  const change = (part: Partial<Draft>) => {
    setOwn((before) => {
      const next = { ...before, ...part };
      keep(next);
      return next;
    });
  };
  return { draft, change, offered };
}

/** Submit once, however often it is tried: the key changes with what is submitted. */
function useSubmit(draft: Draft) {
  const navigate = useNavigate();
  const tried = useRef({ text: "", key: "" });
  return useMutation({
    mutationFn: async () => {
      const body = submitBody(draft);
      const text = JSON.stringify(body);
      if (tried.current.text !== text) tried.current = { text, key: crypto.randomUUID() };
      const headers = { "Idempotency-Key": tried.current.key };
      return data(await api.POST("/jobs", { body, headers }));
    },
    onSuccess: ({ job_id }) => {
      tried.current = { text: "", key: "" };
      return navigate({ to: "/jobs/$jobId", params: { jobId: job_id } });
    },
  });
}

function Form({ begun, keep }: { begun: Draft; keep: (draft: Draft) => void }) {
  const say = useOwnTexts(newTexts);
  usePageTitle(say("title"));
  const { draft, change, offered } = useDraft(begun, keep);
  const [isTried, setTried] = useState(false);
  const [chosen, setChosen] = useState(0);
  const programs = useMemo(() => usedPrograms(draft), [draft]);
  const position = Math.min(chosen, programs.length - 1);
  const checks = useChecks(programs, draft.deviceId, draft.jobType !== "estimation");
  const submit = useSubmit(draft);
  const problems = problemsOf(draft);
  const tell = submit.error instanceof ApiError ? submit.error : null;
  const refused = tell === null ? null : { field: fieldOf(tell), message: tell.message };
  const device = offered.data?.find((one) => one.device_id === draft.deviceId);
  const known = checks.map((one) => one.check);
  const edit = (part: Partial<Draft>) => {
    submit.reset();
    change(part);
  };
  const send = () => {
    setTried(true);
    if (problems.size === 0 && !submit.isPending) submit.mutate();
  };
  useSubmitKey(send);
  return (
    <form
      className="page new-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <header className="page-head">
        <h1>{say("title")}</h1>
        <Examples
          onChoose={(example) => {
            setChosen(0);
            edit({ ...EXAMPLE_DRAFTS[example], carried: {} });
          }}
        />
      </header>
      <div className="new-parts">
        <div className="new-main">
          <Programs
            draft={draft}
            position={position}
            checks={checks}
            wrong={isTried ? problems.get("program") : undefined}
            refused={refused}
            onChoose={setChosen}
            onChange={edit}
            onSubmit={send}
          />
          <LiveCircuit code={programs[position] ?? ""} isReadable={known[position]?.ok === true} />
        </div>
        <Settings
          draft={draft}
          devices={offered}
          device={device}
          checks={known}
          fit={fitOf(known, device)}
          problems={isTried ? problems : new Map()}
          refused={refused}
          isPending={submit.isPending}
          onChange={edit}
        />
      </div>
    </form>
  );
}

/** Ctrl-Enter, wherever one is on the page; the editor has its own. */
function useSubmitKey(send: () => void): void {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, []);
}

function Examples({ onChoose }: { onChoose: (example: Example) => void }) {
  const say = useOwnTexts(newTexts);
  return (
    <select
      className="input examples"
      aria-label={say("examples")}
      value=""
      onChange={(event) => {
        const example = EXAMPLES.find((one) => one === event.target.value);
        if (example !== undefined) onChoose(example);
      }}
    >
      <option value="">{say("example.choose")}</option>
      {EXAMPLES.map((example) => (
        <option key={example} value={example}>
          {say(`example.${example}`)}
        </option>
      ))}
    </select>
  );
}
