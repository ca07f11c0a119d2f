import * as Dialog from "@radix-ui/react-dialog";
import { useSay } from "@/i18n/language";
import type { TextKey } from "@/i18n/en";
import { NAVIGATION } from "./navigation";

const OTHERS: readonly (readonly [string, TextKey])[] = [
  ["Ctrl K", "palette.title"],
  ["/", "keys.search"],
  ["j k", "keys.rows"],
  ["x", "keys.select"],
  ["?", "keys.title"],
];

export function KeyHelp({ close }: { close: () => void }) {
  const say = useSay();
  const rows = [...NAVIGATION.map((entry) => [entry.keys, entry.text] as const), ...OTHERS];
  return (
    <Dialog.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>{say("keys.title")}</Dialog.Title>
          <dl className="key-list">
            {rows.map(([keys, text]) => (
              <div key={keys} style={{ display: "contents" }}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{say(text)}</dd>
              </div>
            ))}
          </dl>
          <Dialog.Close className="button">{say("app.close")}</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
