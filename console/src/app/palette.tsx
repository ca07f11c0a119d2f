/** Ctrl-K: go anywhere by typing. */
import * as Dialog from "@radix-ui/react-dialog";
import { useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type KeyboardEvent } from "react";
import { devices } from "@/api/queries";
import { useSay } from "@/i18n/language";
import { NAVIGATION } from "./navigation";

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly go: () => void;
}

const JOB_ID = /^[0-9a-f]{8}-[0-9a-f-]{4,27}$/i;

function useChoices(typed: string, close: () => void): readonly Choice[] {
  const say = useSay();
  const navigate = useNavigate();
  const { data: known } = useQuery(devices);
  return useMemo(() => {
    const to = (go: () => Promise<void>) => () => {
      close();
      void go();
    };
    const pages = NAVIGATION.map((entry) => ({
      id: entry.to,
      label: say(entry.text),
      hint: entry.keys,
      go: to(() => navigate({ to: entry.to })),
    }));
    const machines = (known ?? []).map((one) => ({
      id: `device-${one.device_id}`,
      label: one.device_id,
      hint: say("nav.devices"),
      go: to(() => navigate({ to: "/devices/$deviceId", params: { deviceId: one.device_id } })),
    }));
    const word = typed.trim().toLowerCase();
    const found = [...pages, ...machines].filter((one) => one.label.toLowerCase().includes(word));
    if (!JOB_ID.test(word)) {
      if (word === "") return found;
      const label = say("palette.jobs", { word: typed.trim() });
      const look = to(() => navigate({ to: "/jobs", search: { q: typed.trim() } }));
      return [...found, { id: "search", label, hint: say("nav.jobs"), go: look }];
    }
    const open = to(() => navigate({ to: "/jobs/$jobId", params: { jobId: word } }));
    return [{ id: "job", label: word, hint: say("nav.jobs"), go: open }, ...found];
  }, [close, known, navigate, say, typed]);
}

export function Palette({ close }: { close: () => void }) {
  const say = useSay();
  return (
    <Dialog.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="palette" aria-describedby={undefined}>
          <Dialog.Title className="unseen">{say("palette.title")}</Dialog.Title>
          <Chooser close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Chooser({ close }: { close: () => void }) {
  const say = useSay();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const choices = useChoices(typed, close);
  const chosen = choices[Math.min(at, choices.length - 1)];
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((Math.min(at, choices.length - 1) + step + choices.length) % Math.max(choices.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      chosen?.go();
    }
  };
  return (
    <>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded
        aria-controls="palette-choices"
        aria-activedescendant={chosen === undefined ? undefined : `choice-${chosen.id}`}
        aria-label={say("palette.title")}
        placeholder={say("palette.placeholder")}
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
      />
      <ul id="palette-choices" role="listbox" aria-label={say("palette.title")} className="palette-choices">
        {choices.map((one) => (
          // The combobox above owns the keyboard; a click is the pointer's way to the same.
          <li
            key={one.id}
            id={`choice-${one.id}`}
            role="option"
            aria-selected={one === chosen}
            onClick={one.go}
          >
            <span>{one.label}</span>
            <kbd>{one.hint}</kbd>
          </li>
        ))}
      </ul>
    </>
  );
}
