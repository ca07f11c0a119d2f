import { useSyncExternalStore } from "react";
import { useLanguage } from "@/i18n/language";
import { ago, moment } from "./time";

const TICK_MS = 1_000;
let now = Date.now();
const readers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the whole page, running only while somebody looks at it. */
function subscribe(reader: () => void): () => void {
  readers.add(reader);
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of readers) one();
  }, TICK_MS);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What is told of now, in milliseconds since 1970: drawn anew when that changes, not at each tick. */
export function useToldOfNow<T extends string | number>(tell: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => tell(now));
}

/** Milliseconds since 1970, to the second. */
export function useNow(): number {
  return useToldOfNow((moment) => moment);
}

/** The Cloud's clock may be ahead of ours by so much: what it has just done is not in the future. */
const SKEW_MS = 30_000;

/** "3 minutes ago", the exact moment on hover. */
export function Ago({ at }: { at: string }) {
  const { language } = useLanguage();
  const then = Date.parse(at);
  const told = useToldOfNow((tick) => {
    const isSkew = then > tick && then - tick < SKEW_MS;
    return ago(then, isSkew ? then : tick, language);
  });
  return (
    <time dateTime={at} title={moment(at, language)}>
      {told}
    </time>
  );
}
