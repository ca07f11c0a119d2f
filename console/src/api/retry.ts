/** When a question that was not answered is asked again, and after how long. */
import { ApiError } from "./client";

const MOST_RETRIES = 2;
const MOST_WAITS = 5;

/** A refusal stays a refusal; only a Cloud that is away, or asks for time, is asked again. */
export function isWorthARetry(count: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return count < MOST_RETRIES;
  if (error.status === 429) return count < MOST_WAITS;
  return count < MOST_RETRIES && (error.status < 400 || error.status >= 500);
}

/** In milliseconds. */
export function retryDelay(count: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfterS : null;
  return 1_000 * (asked ?? 2 ** count);
}
