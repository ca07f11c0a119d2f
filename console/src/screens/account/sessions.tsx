import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { forEach } from "@/api/bulk";
import { api, type Session } from "@/api/client";
import { keys, sessions } from "@/api/queries";
import { useSignOut } from "@/app/sign-out";
import { Ago } from "@/format/time-text";
import { useOwnTexts } from "@/i18n/own";
import { Loaded } from "@/parts/states";
import { useTell } from "@/parts/toasts";
import { browserOf } from "./browser";
import { TEXTS } from "./texts";

export function Sessions() {
  const text = useOwnTexts(TEXTS);
  const found = useQuery(sessions);
  return (
    <section className="card" aria-labelledby="sessions-title">
      <header>
        <h2 id="sessions-title">{text("sessions")}</h2>
        <EndOthers sessions={found.data ?? []} />
      </header>
      <p className="account-text soft">{text("sessions.text")}</p>
      <Loaded query={found} rows={3}>
        {(shown) =>
          shown.length === 0 ? (
            <p className="account-text">{text("sessions.none")}</p>
          ) : (
            <SessionTable sessions={shown} />
          )
        }
      </Loaded>
    </section>
  );
}

function EndOthers({ sessions: shown }: { sessions: readonly Session[] }) {
  const text = useOwnTexts(TEXTS);
  const tell = useTell();
  const client = useQueryClient();
  const others = shown.filter((one) => !one.is_current);
  const end = useMutation({
    mutationFn: () => forEach(others, ({ session_id }) => endSession(session_id)),
    onSuccess: ({ done, refused }) => {
      if (done.length > 0) tell(text("session.ended.many", { count: done.length }));
      for (const why of new Set(refused)) tell(why, true);
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
  if (others.length === 0) return null;
  return (
    <button
      type="button"
      className="button"
      disabled={end.isPending}
      onClick={() => {
        end.mutate();
      }}
    >
      {text("session.end.others")}
    </button>
  );
}

const endSession = (session_id: string) =>
  api.DELETE("/sessions/{session_id}", { params: { path: { session_id } } });

function useEnd() {
  const text = useOwnTexts(TEXTS);
  const tell = useTell();
  const client = useQueryClient();
  const signOut = useSignOut();
  return useMutation({
    mutationFn: async ({ session_id, is_current }: Session) => {
      if (is_current) return signOut();
      await endSession(session_id);
      tell(text("session.ended"));
      await client.invalidateQueries({ queryKey: keys.sessions });
    },
    onError: (error) => {
      tell(error.message, true);
    },
  });
}

function SessionTable({ sessions: shown }: { sessions: readonly Session[] }) {
  const text = useOwnTexts(TEXTS);
  const end = useEnd();
  return (
    <div className="scroll-x">
      <table className="sortable" aria-labelledby="sessions-title">
        <thead>
          <tr>
            {(["browser", "created", "used", "expires"] as const).map((one) => (
              <th key={one} scope="col">
                {text(one)}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">{text("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...shown]
            .sort((a, b) => Number(b.is_current) - Number(a.is_current))
            .map((one) => (
              <SessionLine
                key={one.session_id}
                session={one}
                end={() => {
                  end.mutate(one);
                }}
              />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function SessionLine({ session, end }: { session: Session; end: () => void }) {
  const text = useOwnTexts(TEXTS);
  const { browser, system } = browserOf(session.user_agent);
  const known = browser ?? text("browser.unknown");
  const name = system === null ? known : text("session.on", { browser: known, system });
  return (
    <tr>
      <td title={session.user_agent}>
        <strong>{name}</strong>{" "}
        {session.is_current ? <span className="mark">{text("session.current")}</span> : null}
      </td>
      <td data-label={text("created")}>
        <Ago at={session.created_at} />
      </td>
      <td data-label={text("used")}>
        {session.last_used_at === null ? text("unused") : <Ago at={session.last_used_at} />}
      </td>
      <td data-label={text("expires")}>
        <Ago at={session.expires_at} />
      </td>
      <td data-number>
        <button type="button" className="button" aria-label={text("session.end.of", { name })} onClick={end}>
          {text("session.end")}
        </button>
      </td>
    </tr>
  );
}
