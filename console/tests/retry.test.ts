import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/client";
import { isWorthARetry, retryDelay } from "@/api/retry";

describe("a question without an answer", () => {
  it("is asked again where the Cloud is away or has failed, not where it refuses", () => {
    const asked = [0, 500, 503, 400, 401, 403, 404].filter((status) =>
      isWorthARetry(0, new ApiError(status, {})),
    );
    expect(asked).toEqual([0, 500, 503]);
    expect(isWorthARetry(2, new ApiError(0, {}))).toBe(false);
  });

  it("waits as long as a Cloud with a rate limit wants", () => {
    const limited = new ApiError(429, {}, 3);
    expect([isWorthARetry(4, limited), isWorthARetry(5, limited)]).toEqual([true, false]);
    expect(retryDelay(0, limited)).toBe(3_000);
    expect([0, 1].map((count) => retryDelay(count, new ApiError(0, {})))).toEqual([1_000, 2_000]);
  });
});
