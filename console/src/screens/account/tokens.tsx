import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type OwnToken } from "@/api/client";
import { keys, tokens } from "@/api/queries";
import { Ago } from "@/format/time-text";
import { useOwnTexts } from "@/i18n/own";
import { Confirm } from "@/parts/confirm";
import { Snippet } from "@/parts/snippet";
import { Loaded } from "@/parts/states";
import { useTell } from "@/parts/toasts";
import { NewToken } from "./new-token";
import { TEXTS } from "./texts";

export function Tokens() {
  const text = useOwnTexts(TEXTS);
  const found = useQuery(tokens);
  const [isMaking, setMaking] = useState(false);
  return (
    <section className="card" aria-labelledby="tokens-title">
      <header>
        <h2 id="tokens-title">{text("tokens")}</h2>
        <button
          type="button"
          className="button"
          onClick={() => {
            setMaking(true);
          }}
        >
          {text("token.new")}
        </button>
      </header>
      <p className="account-text soft">{text("tokens.text")}</p>
      {isMaking ? (
        <NewToken
          close={() => {
            setMaking(false);
          }}
        />
      ) : null}
      <Loaded query={found} rows={3}>
        {(shown) => (shown.length === 0 ? <NoToken /> : <TokenTable tokens={shown} />)}
      </Loaded>
    </section>
  );
}

const CLI = "qumulus tokens create laptop";
const PYTHON = `from qumulus import Client

with Client() as client:
    print(client.create_token("laptop").token)`;

function NoToken() {
  const text = useOwnTexts(TEXTS);
  return (
    <div className="account-none">
      <p>{text("tokens.none")}</p>
      <Snippet text={CLI} />
      <Snippet text={PYTHON} />
    </div>
  );
}

function useRevoke() {
  const text = useOwnTexts(TEXTS);
  const tell = useTell();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (token: OwnToken) => {
      await api.DELETE("/tokens/{token_id}", { params: { path: { token_id: token.token_id } } });
    },
    onSuccess: (_, token) => {
      tell(text("revoked", { name: token.name }));
    },
    onError: (error) => {
      tell(error.message, true);
    },
    // The token of this very session takes the session along: then the sign-in comes up.
    onSettled: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.has(String(queryKey[0])) }),
  });
}

const TOUCHED = new Set([keys.tokens[0], keys.sessions[0], keys.me[0]].map(String));

function TokenTable({ tokens: shown }: { tokens: readonly OwnToken[] }) {
  const text = useOwnTexts(TEXTS);
  const revoke = useRevoke();
  const [asked, setAsked] = useState<OwnToken | null>(null);
  return (
    <div className="scroll-x">
      <table className="sortable" aria-labelledby="tokens-title">
        <thead>
          <tr>
            {(["token.name", "scope", "created", "used", "expires"] as const).map((one) => (
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
          {shown.map((one) => (
            <TokenLine key={one.token_id} token={one} ask={setAsked} />
          ))}
        </tbody>
      </table>
      {asked === null ? null : (
        <Confirm
          title={text("revoke.ask", { name: asked.name })}
          text={text("revoke.text")}
          yes={text("revoke")}
          no={text("keep")}
          onYes={() => {
            revoke.mutate(asked);
          }}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </div>
  );
}

function TokenLine({ token, ask }: { token: OwnToken; ask: (token: OwnToken) => void }) {
  const text = useOwnTexts(TEXTS);
  const name = token.name === "" ? token.token_id : token.name;
  return (
    <tr>
      <td>
        <strong>{name}</strong> {token.is_current ? <span className="mark">{text("current")}</span> : null}
      </td>
      <td data-label={text("scope")}>{token.scope === "read" ? text("scope.read") : text("scope.full")}</td>
      <td data-label={text("created")}>
        <Ago at={token.created_at} />
      </td>
      <td data-label={text("used")}>
        {token.last_used_at === null ? text("unused") : <Ago at={token.last_used_at} />}
      </td>
      <td data-label={text("expires")}>
        {token.expires_at === null ? text("never") : <Ago at={token.expires_at} />}
      </td>
      <td data-number>
        <button
          type="button"
          className="button danger"
          aria-label={text("revoke.of", { name })}
          onClick={() => {
            ask(token);
          }}
        >
          {text("revoke")}
        </button>
      </td>
    </tr>
  );
}
