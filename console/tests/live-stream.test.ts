import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveStream, STREAM_LIMITS, type Liveness } from "@/live/stream";

class FakeSource {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSource.all.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  static last(): FakeSource {
    const last = FakeSource.all.at(-1);
    if (last === undefined) throw new Error("No stream was opened.");
    return last;
  }
}

function listen() {
  const seen: Liveness[] = [];
  const onGap = vi.fn();
  const onEvent = vi.fn();
  const stream = new LiveStream("/user/events", { onEvent, onGap, onLiveness: (one) => seen.push(one) });
  stream.start();
  return { stream, seen, onGap, onEvent };
}

describe("the live stream", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSource.all = [];
    vi.stubGlobal("EventSource", FakeSource);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("hands on events, and reports no gap at its first opening", () => {
    const { stream, seen, onGap, onEvent } = listen();
    FakeSource.last().onopen?.();
    FakeSource.last().onmessage?.({ data: '{"job_id":"a","seq":1}' });
    expect(seen).toEqual(["live"]);
    expect(onEvent).toHaveBeenCalledWith({ job_id: "a", seq: 1 });
    expect(onGap).not.toHaveBeenCalled();
    stream.stop();
  });

  it("polls while it is broken, and stops polling when it is open again", () => {
    const { stream, seen, onGap } = listen();
    FakeSource.last().onopen?.();
    FakeSource.last().onerror?.();
    expect(seen.at(-1)).toBe("polling");
    vi.advanceTimersByTime(2 * STREAM_LIMITS.POLL_MS);
    expect(onGap).toHaveBeenCalledTimes(2);
    FakeSource.last().onopen?.();
    expect(onGap).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(4 * STREAM_LIMITS.POLL_MS);
    expect(onGap).toHaveBeenCalledTimes(3);
    expect(seen.at(-1)).toBe("live");
    stream.stop();
  });

  it("opens a new stream where the browser gave up", () => {
    const { stream, onGap } = listen();
    FakeSource.last().readyState = FakeSource.CLOSED;
    FakeSource.last().onerror?.();
    expect(FakeSource.all).toHaveLength(1);
    expect(onGap).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(STREAM_LIMITS.RETRY_MS);
    expect(FakeSource.all).toHaveLength(2);
    FakeSource.last().readyState = FakeSource.CLOSED;
    FakeSource.last().onerror?.();
    expect(onGap).toHaveBeenCalledTimes(1);
    stream.stop();
  });

  it("does nothing more once it is stopped", () => {
    const { stream, onGap } = listen();
    FakeSource.last().readyState = FakeSource.CLOSED;
    FakeSource.last().onerror?.();
    stream.stop();
    onGap.mockClear();
    vi.advanceTimersByTime(10 * STREAM_LIMITS.POLL_MS);
    expect(FakeSource.all).toHaveLength(1);
    expect(onGap).not.toHaveBeenCalled();
  });
});
