import * as Dialog from "@radix-ui/react-dialog";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/queries";
import { useOwnTexts } from "@/i18n/own";
import { Choice } from "@/parts/choice";
import { Snippet } from "@/parts/snippet";
import { TEXTS } from "./texts";

const EXPIRIES = ["30", "90", "365", "never"] as const;
type Expiry = (typeof EXPIRIES)[number];
const SCOPES = ["full", "read"] as const;
type Scope = (typeof SCOPES)[number];

const DAY_MS = 86_400_000;

/** The moment so many days from now; null: never. */
export function endOf(expiry: Expiry, now: number): string | null {
  return expiry === "never" ? null : new Date(now + Number(expiry) * DAY_MS).toISOString();
}

interface Wish {
  readonly name: string;
  readonly scope: Scope;
  readonly expiry: Expiry;
}

function useMake() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, scope, expiry }: Wish) => {
      const body = { name, scope, expires_at: endOf(expiry, Date.now()) };
      return data(await api.POST("/tokens", { body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
}

export function NewToken({ close }: { close: () => void }) {
  const text = useOwnTexts(TEXTS);
  const make = useMake();
  const secret = make.data?.token;
  return (
    <Dialog.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content
          className="dialog"
          aria-describedby={undefined}
          // A stray click must not take away the only sight of the secret.
          onPointerDownOutside={(event) => {
            if (secret !== undefined) event.preventDefault();
          }}
        >
          <Dialog.Title>{text(secret === undefined ? "token.new" : "token.made")}</Dialog.Title>
          {secret === undefined ? (
            <TokenForm
              isBusy={make.isPending}
              problem={make.error?.message ?? null}
              submit={(wish) => {
                make.mutate(wish);
              }}
            />
          ) : (
            <Made token={secret} />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Made({ token }: { token: string }) {
  const text = useOwnTexts(TEXTS);
  return (
    <>
      <Snippet text={token} />
      <p className="soft">{text("token.once")}</p>
      <Snippet
        label={text("token.use")}
        text={`export QUMULUS_URL=${location.origin}\nexport QUMULUS_TOKEN=${token}`}
      />
      <div className="row dialog-end">
        <Dialog.Close className="button primary">{text("token.done")}</Dialog.Close>
      </div>
    </>
  );
}

interface FormProps {
  readonly isBusy: boolean;
  readonly problem: string | null;
  readonly submit: (wish: Wish) => void;
}

function TokenForm({ isBusy, problem, submit }: FormProps) {
  const text = useOwnTexts(TEXTS);
  const id = useId();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("full");
  const [expiry, setExpiry] = useState<Expiry>("90");
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit({ name: name.trim(), scope, expiry });
  };
  return (
    <form className="new-token" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor={id}>{text("token.name")}</label>
        <input
          id={id}
          className="input"
          required
          maxLength={100}
          value={name}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <p id={`${id}-hint`} className="hint">
          {text("token.name.hint")}
        </p>
      </div>
      <div className="field">
        <span className="new-token-label">{text("token.scope")}</span>
        <Choice
          label={text("token.scope")}
          value={scope}
          options={SCOPES.map((one) => ({ value: one, label: text(one) }))}
          onChange={setScope}
        />
      </div>
      <div className="field">
        <span className="new-token-label">{text("token.expiry")}</span>
        <Choice
          label={text("token.expiry")}
          value={expiry}
          options={EXPIRIES.map((one) => ({ value: one, label: text(`expiry.${one}`) }))}
          onChange={setExpiry}
        />
      </div>
      {problem === null ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="row dialog-end">
        <Dialog.Close className="button">{text("token.cancel")}</Dialog.Close>
        <button type="submit" className="button primary" disabled={isBusy || name.trim() === ""}>
          {text("token.make")}
        </button>
      </div>
    </form>
  );
}
