/** Whose session this browser has: all tabs hear when that changes. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { keys, me } from "@/api/queries";
import { remember, whenRemembered } from "./memory";

const CHANGED = "session";

/** Tell the other tabs that somebody signed in or out here. */
export function tellOtherTabs(): void {
  remember(CHANGED, crypto.randomUUID());
}

export function useSessionChange(onChange: () => void): void {
  const obeyed = useRef(onChange);
  useEffect(() => {
    obeyed.current = onChange;
  });
  useEffect(
    () =>
      whenRemembered(CHANGED, () => {
        obeyed.current();
      }),
    [],
  );
}

/** What one user sees does not stay when the browser has become another's. */
export function useOneUser(): void {
  const client = useQueryClient();
  const id = useQuery(me).data?.id;
  const first = useRef(id);
  useSessionChange(() => void client.invalidateQueries({ queryKey: keys.me }));
  useEffect(() => {
    first.current ??= id;
    if (id !== undefined && id !== first.current) location.reload();
  }, [id]);
}
