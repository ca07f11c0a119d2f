/** Short news about what somebody just did, in a corner, read out by screen readers. */
import * as Toast from "@radix-ui/react-toast";
import { createContext, useCallback, useContext, useState, type ReactNode } from "react";
import { useSay } from "@/i18n/language";
import "./toasts.css";

interface News {
  readonly id: number;
  readonly text: string;
  readonly isProblem: boolean;
}

type Tell = (text: string, isProblem?: boolean) => void;

const Told = createContext<Tell | null>(null);
const SHOWN_MS = 6_000;

export function Toasts({ children }: { children: ReactNode }) {
  const say = useSay();
  const [news, setNews] = useState<readonly News[]>([]);
  const tell = useCallback<Tell>((text, isProblem = false) => {
    setNews((before) => [...before, { id: (before.at(-1)?.id ?? 0) + 1, text, isProblem }]);
  }, []);
  const forget = (id: number) => {
    setNews((before) => before.filter((one) => one.id !== id));
  };
  return (
    <Told value={tell}>
      <Toast.Provider duration={SHOWN_MS} label={say("app.notice")}>
        {children}
        {news.map((one) => (
          <Toast.Root
            key={one.id}
            className="toast"
            data-problem={one.isProblem}
            onOpenChange={(isOpen) => {
              if (!isOpen) forget(one.id);
            }}
          >
            <Toast.Description>{one.text}</Toast.Description>
            <Toast.Close className="button quiet icon" aria-label={say("app.close")}>
              <span aria-hidden>×</span>
            </Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport className="toasts" label={say("app.notice")} />
      </Toast.Provider>
    </Told>
  );
}

/** Say something in the corner; `isProblem` marks what did not work. */
export function useTell(): Tell {
  const tell = useContext(Told);
  if (tell === null) throw new Error("useTell needs Toasts above it.");
  return tell;
}
