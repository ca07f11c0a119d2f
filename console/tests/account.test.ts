import { describe, expect, it } from "vitest";
import { entriesFor } from "@/app/navigation";
import { browserOf } from "@/screens/account/browser";
import { endOf } from "@/screens/account/new-token";
import { codeIn } from "@/screens/sign-in/sign-in";

describe("a signed-in browser", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome", "Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
      "Edge",
      "Windows",
    ],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/17 Safari/605", "Safari", "macOS"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604", "Safari", "iOS"],
    ["curl/8.5", null, null],
  ])("%s is %s on %s", (agent, browser, system) => {
    expect(browserOf(agent)).toEqual({ browser, system });
  });
});

describe("a new token", () => {
  it("ends after the days chosen, or never", () => {
    expect(endOf("30", Date.parse("2026-03-01T00:00:00Z"))).toBe("2026-03-31T00:00:00.000Z");
    expect(endOf("never", 0)).toBeNull();
  });
});

describe("a one-time link", () => {
  it("carries its code behind the #", () => {
    expect(codeIn("#code=a.b-c_d")).toBe("a.b-c_d");
    expect(codeIn("")).toBeNull();
  });
});

describe("the navigation", () => {
  it("shows operators' pages to operators only", () => {
    const pathsOf = (role: "user" | "operator" | "admin") => entriesFor(role).map((one) => one.to);
    expect(pathsOf("user")).not.toContain("/queue");
    expect(pathsOf("operator")).toContain("/queue");
    expect(pathsOf("operator")).not.toContain("/administration");
    expect(pathsOf("admin")).toContain("/administration");
  });

  it("gives every page keys of its own", () => {
    const keys = entriesFor("admin").map((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
