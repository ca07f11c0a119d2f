const SIGN_IN = "/sign-in";

/** An address of this console, as it was given or written; null: it would lead elsewhere, or in a circle. */
export function ownAddress(text: unknown): string | null {
  if (typeof text !== "string" || !text.startsWith("/") || !URL.canParse(text, location.origin)) return null;
  const { origin, pathname, search, hash } = new URL(text, location.origin);
  return origin === location.origin && pathname !== SIGN_IN ? pathname + search + hash : null;
}
