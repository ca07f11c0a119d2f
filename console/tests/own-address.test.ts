import { describe, expect, it } from "vitest";
import { ownAddress } from "@/app/own-address";

describe("the address to go back to after the sign-in", () => {
  it("is kept whole", () => {
    expect(ownAddress("/jobs?q=status%3Afailed#x")).toBe("/jobs?q=status%3Afailed#x");
  });

  it("never leads to another site, or in a circle", () => {
    const lures = [
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "https://evil.example",
      "javascript:1",
    ];
    for (const lure of [...lures, "/sign-in?to=/", "/sign-in", "", null, 3])
      expect(ownAddress(lure)).toBeNull();
  });
});
