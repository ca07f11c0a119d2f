import type { JobEvent } from "@/api/client";

export type Liveness = "live" | "paused" | "polling" | "offline";

export interface StreamListener {
  readonly onEvent: (event: JobEvent) => void;
  /** Events may have been missed: read everything anew. */
  readonly onGap: () => void;
  readonly onLiveness: (liveness: Liveness) => void;
}

const RETRY_MS = 3_000;
const POLL_MS = 5_000;

/**
 * The event stream of one's own jobs. The browser resumes it by itself after a short break
 * (`Last-Event-ID`); where it gives up, we poll until a new stream opens.
 */
export class LiveStream {
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #listener: StreamListener;
  #url: string;
  #wasOpen = false;
  #isRefused = false;

  constructor(url: string, listener: StreamListener) {
    this.#url = url;
    this.#listener = listener;
  }

  start(): void {
    if (this.#source !== null) return;
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => {
      this.#stopPolling();
      this.#listener.onLiveness("live");
      if (this.#wasOpen) this.#listener.onGap();
      this.#wasOpen = true;
      this.#isRefused = false;
    };
    source.onmessage = (message: MessageEvent<string>) => {
      this.#listener.onEvent(JSON.parse(message.data) as JobEvent);
    };
    source.onerror = () => {
      this.#fallBack(source.readyState === EventSource.CLOSED);
    };
  }

  /** End the stream; `start` takes it up again and reports the gap. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stopPolling();
    this.#source?.close();
    this.#source = null;
  }

  #fallBack(isClosed: boolean): void {
    this.#listener.onLiveness("polling");
    this.#poll ??= setInterval(this.#listener.onGap, POLL_MS);
    if (!isClosed) return;
    // The Cloud has refused the stream, and only an ordinary call is told why.
    if (!this.#isRefused) this.#listener.onGap();
    this.#isRefused = true;
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.start();
    }, RETRY_MS);
  }

  #stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}

export const STREAM_LIMITS = { RETRY_MS, POLL_MS } as const;
