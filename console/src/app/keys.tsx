/** Keys that work anywhere, unless somebody is typing. */
import { useEffect, useRef } from "react";

const PAUSE_MS = 1_000;

export type KeyTable = Readonly<Record<string, () => void>>;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable=true]") !== null
  );
}

/** Obey `table`: its keys are single keys (`n`, `?`) or two after one another (`g j`). */
export function useKeys(table: KeyTable): void {
  const obeyed = useRef(table);
  useEffect(() => {
    obeyed.current = table;
  });
  useEffect(() => {
    let first = "";
    let since = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (
        isTyping(event.target) ||
        document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null
      )
        return;
      const both = event.timeStamp - since < PAUSE_MS ? `${first} ${event.key}` : event.key;
      const action = obeyed.current[both] ?? obeyed.current[event.key];
      first = event.key;
      since = event.timeStamp;
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, []);
}

/** Ctrl-K works everywhere, also while somebody types. */
export function usePaletteKey(open: () => void): void {
  const obeyed = useRef(open);
  useEffect(() => {
    obeyed.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      obeyed.current();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, []);
}
