import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { api, data, type Account } from "@/api/client";
import { keys, me, settings } from "@/api/queries";
import { day } from "@/format/time";
import { useLanguage } from "@/i18n/language";
import { useOwnTexts } from "@/i18n/own";
import { Loaded } from "@/parts/states";
import { useTell } from "@/parts/toasts";
import { TEXTS } from "./texts";

const FIELDS = ["name", "organization"] as const;

export function Profile() {
  const account = useQuery(me);
  const rules = useQuery(settings);
  return (
    <Loaded query={account}>
      {(shown) => (
        <Loaded query={rules}>
          {({ editable_fields }) => (
            <Form key={account.dataUpdatedAt} account={shown} editable={editable_fields} />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function useSave() {
  const text = useOwnTexts(TEXTS);
  const tell = useTell();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: Pick<Account, (typeof FIELDS)[number]>) =>
      data(await api.PATCH("/users/me", { body })),
    onSuccess: (account) => {
      client.setQueryData(keys.me, account);
      tell(text("saved"));
    },
  });
}

function Form({ account, editable }: { account: Account; editable: readonly string[] }) {
  const text = useOwnTexts(TEXTS);
  const { language } = useLanguage();
  const id = useId();
  const save = useSave();
  const [written, setWritten] = useState({ name: account.name, organization: account.organization });
  const isChanged = FIELDS.some((one) => written[one] !== account[one]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(written);
  };
  return (
    <section className="card" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{text("profile")}</h2>
      </header>
      <form className="body profile" onSubmit={onSubmit}>
        <dl className="profile-facts">
          <dt>{text("id")}</dt>
          <dd>
            <code>{account.id}</code>
          </dd>
          {account.email === "" ? null : (
            <>
              <dt>{text("email")}</dt>
              <dd>{account.email}</dd>
            </>
          )}
          <dt>{text("since")}</dt>
          <dd>{day(account.created_at, language)}</dd>
        </dl>
        {FIELDS.map((one) => (
          <div key={one} className="field">
            <label htmlFor={`${id}-${one}`}>{text(one)}</label>
            <input
              id={`${id}-${one}`}
              className="input"
              disabled={!editable.includes(one)}
              value={written[one]}
              onChange={(event) => {
                setWritten({ ...written, [one]: event.target.value });
              }}
            />
          </div>
        ))}
        {editable.length === 0 ? <p className="soft">{text("fixed")}</p> : null}
        {save.isError ? (
          <p className="problem" role="alert">
            {save.error.message}
          </p>
        ) : null}
        <div>
          <button type="submit" className="button primary" disabled={!isChanged || save.isPending}>
            {text("save")}
          </button>
        </div>
      </form>
    </section>
  );
}
