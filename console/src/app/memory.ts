/** What this browser remembers between visits; a browser that forbids it simply forgets. */
const PREFIX = "qumulus.";

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows may refuse: nothing depends on it.
  }
}

/** Hear when another tab remembers something under this name; gives the way to stop. */
export function whenRemembered(name: string, hear: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === PREFIX + name) hear();
  };
  addEventListener("storage", onStorage);
  return () => {
    removeEventListener("storage", onStorage);
  };
}

/** Where the draft of a user's next job is kept: nobody else who uses this browser is shown it. */
export function draftOfUser(userId: string): string {
  return `draft.${userId}`;
}
