/** The same thing from a terminal or a program: copied to the clipboard. */
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useSay } from "@/i18n/language";
import { useCopy } from "./snippet";

export type Ways = Readonly<Record<"curl" | "Python" | "CLI", string>>;

/** `name` says to a screen reader what is copied. */
export function CopyAs({ ways, name }: { ways: Ways; name: string }) {
  const say = useSay();
  const { isCopied, copy } = useCopy();
  return (
    <Menu.Root>
      <Menu.Trigger className="button">
        <span aria-live="polite">{say(isCopied ? "app.copied" : "app.copyAs")}</span>
        <svg viewBox="0 0 20 20" aria-hidden>
          <path d="M6 8l4 4 4-4" />
        </svg>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={6} aria-label={name}>
          {Object.entries(ways).map(([way, text]) => (
            <Menu.Item key={way} onSelect={() => void copy(text)}>
              {way}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
