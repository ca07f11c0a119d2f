/** The Cloud's User API, typed by its own document; the session cookie is the credential. */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./_generated/user";
import { noteReach } from "./reach";

type Schemas = components["schemas"];
export type Job = Schemas["JobBody"];
export type Device = Schemas["DeviceBody"];
export type JobEvent = Schemas["JobEventBody"];
export type JobOutcome = Schemas["JobOutcome"];
export type OwnToken = Schemas["OwnToken"];
export type Session = Schemas["SessionBody"];
export type Account = Schemas["UserBody"];
export type Calibration = Schemas["CalibrationBody"];
export type ErrorBody = Schemas["ErrorBody"];

/** The Cloud refused, or could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly unknown[];
  /** When to come back, if the Cloud said so. */
  readonly retryAfterS: number | null;

  constructor(status: number, body: Partial<ErrorBody>, retryAfterS: number | null = null) {
    super(body.message ?? `The Cloud answered ${String(status)}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.details = body.details ?? [];
    this.retryAfterS = retryAfterS;
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => ({}));
  const after = response.headers.get("Retry-After");
  return new ApiError(response.status, body as Partial<ErrorBody>, after === null ? null : Number(after));
}

/** A cookie is only obeyed together with this header, which no foreign page can send. */
const sameSite: Middleware = {
  onRequest({ request }) {
    request.headers.set("X-Qumulus-Console", "1");
    return request;
  },
  async onResponse({ response }) {
    noteReach(true);
    if (!response.ok) throw await errorOf(response);
    return response;
  },
  onError({ error }) {
    if (error instanceof ApiError) return error;
    // A screen that was left takes its questions back: that says nothing of the Cloud.
    if (error instanceof DOMException && error.name === "AbortError") return error;
    noteReach(false);
    return new ApiError(0, { code: "offline", message: "The Cloud cannot be reached." });
  },
};

export const api = createClient<paths>({ baseUrl: "/user" });
api.use(sameSite);

/** What a call that cannot fail silently answers: a refusal has already been thrown. */
export function data<R extends { data?: unknown }>(answer: R): Exclude<R["data"], undefined> {
  return answer.data as Exclude<R["data"], undefined>;
}
