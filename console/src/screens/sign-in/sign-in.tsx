import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useId, useState, type FormEvent } from "react";
import { api, ApiError } from "@/api/client";
import { ownAddress } from "@/app/own-address";
import { tellOtherTabs, useSessionChange } from "@/app/session";
import { usePageTitle } from "@/app/title";
import { Snippet } from "@/parts/snippet";
import { useSay } from "@/i18n/language";
import type { TextKey } from "@/i18n/en";
import "./sign-in.css";

const route = getRouteApi("/sign-in");

type Wanted = { token: string } | { code: string };

/** The code of a one-time link stands behind `#`, where no server and no log sees it. */
export function codeIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code");
}

/** Take the code out of the address bar, so that it stays in no history and is tried once. */
function takeCode(): string | null {
  const code = codeIn(location.hash);
  if (code !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return code;
}

function useSignIn() {
  const client = useQueryClient();
  const { history } = useRouter();
  const { to } = route.useSearch();
  const enter = useCallback(() => {
    client.clear();
    history.replace(ownAddress(to) ?? "/");
  }, [client, history, to]);
  useSessionChange(enter);
  return useCallback(
    async (wanted: Wanted) => {
      await api.POST("/session", { body: wanted });
      tellOtherTabs();
      enter();
    },
    [enter],
  );
}

export function SignInScreen() {
  const say = useSay();
  const { ended } = route.useSearch();
  const signIn = useSignIn();
  usePageTitle(say("signIn.title"));
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpening, setOpening] = useState(() => codeIn(location.hash) !== null);
  const attempt = useCallback(
    async (wanted: Wanted, refusal: TextKey) => {
      setProblem(null);
      setOpening(true);
      try {
        await signIn(wanted);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setProblem(error.status === 401 ? say(refusal) : error.message);
      } finally {
        setOpening(false);
      }
    },
    [say, signIn],
  );
  useEffect(() => {
    const tryLink = () => {
      const code = takeCode();
      if (code !== null) void attempt({ code }, "signIn.oldLink");
    };
    tryLink();
    // A link pasted into the tab of this page changes the hash alone: nothing is loaded anew.
    addEventListener("hashchange", tryLink);
    return () => {
      removeEventListener("hashchange", tryLink);
    };
  }, [attempt]);
  return (
    <main className="sign-in">
      <section className="card sign-in-card">
        <img src="/icon.svg" alt="" width="44" height="44" />
        <h1>{say("signIn.title")}</h1>
        <div role="status">{ended === true ? <p className="notice">{say("signIn.ended")}</p> : null}</div>
        <TokenForm
          isOpening={isOpening}
          problem={problem}
          submit={(token) => void attempt({ token }, "signIn.refused")}
        />
        <p className="soft">{say("signIn.link")}</p>
        <Snippet text="qumulus console" />
      </section>
    </main>
  );
}

interface FormProps {
  readonly isOpening: boolean;
  readonly problem: string | null;
  readonly submit: (token: string) => void;
}

function TokenForm({ isOpening, problem, submit }: FormProps) {
  const say = useSay();
  const id = useId();
  const [token, setToken] = useState("");
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit(token.trim());
  };
  return (
    <form className="sign-in-form" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor={id}>{say("signIn.token")}</label>
        <input
          id={id}
          className="input"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
          value={token}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => {
            setToken(event.target.value);
          }}
        />
        <p id={`${id}-hint`} className="hint">
          {say("signIn.token.hint")}
        </p>
      </div>
      <p id={`${id}-problem`} role="alert" className="problem">
        {problem}
      </p>
      <button type="submit" className="button primary" disabled={isOpening}>
        {say(isOpening ? "signIn.opening" : "signIn.submit")}
      </button>
    </form>
  );
}
