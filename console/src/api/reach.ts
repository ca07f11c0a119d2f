/** Whether the Cloud answered the last call: every call tells, the shell shows. */
import { useSyncExternalStore } from "react";

let isAway = false;
const readers = new Set<() => void>();

export function noteReach(isReached: boolean): void {
  if (isAway === !isReached) return;
  isAway = !isReached;
  for (const reader of readers) reader();
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => {
    readers.delete(reader);
  };
}

export function useIsAway(): boolean {
  return useSyncExternalStore(subscribe, () => isAway);
}
