import type { LinkProps } from "@tanstack/react-router";
import type { TextKey } from "@/i18n/en";

export type Role = "user" | "operator" | "admin";

export interface Entry {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly text: TextKey;
  /** An outline on a grid of 20. */
  readonly drawing: string;
  /** One key, or two after one another. */
  readonly keys: string;
  readonly roles: readonly Role[];
}

const EVERYBODY: readonly Role[] = ["user", "operator", "admin"];
const OPERATORS: readonly Role[] = ["operator", "admin"];

/** Every page with its place, whoever may see it. */
const ENTRIES: readonly Entry[] = [
  { to: "/", text: "nav.home", drawing: "M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5", keys: "g h", roles: EVERYBODY },
  { to: "/jobs", text: "nav.jobs", drawing: "M4 5h12M4 10h12M4 15h7", keys: "g j", roles: EVERYBODY },
  { to: "/new", text: "nav.new", drawing: "M10 4v12M4 10h12", keys: "n", roles: EVERYBODY },
  {
    to: "/devices",
    text: "nav.devices",
    drawing: "M6 6h8v8H6ZM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3",
    keys: "g d",
    roles: EVERYBODY,
  },
  { to: "/queue", text: "nav.queue", drawing: "M4 5h12v3H4ZM4 12h8v3H4Z", keys: "g q", roles: OPERATORS },
  {
    to: "/providers",
    text: "nav.providers",
    drawing: "M5 4h10v5H5ZM5 11h10v5H5ZM8 6.5h.01M8 13.5h.01",
    keys: "g p",
    roles: OPERATORS,
  },
  {
    to: "/administration",
    text: "nav.administration",
    drawing: "M10 3l6 2.5V10c0 3.5-2.5 6-6 7-3.5-1-6-3.5-6-7V5.5Z",
    keys: "g s",
    roles: ["admin"],
  },
  {
    to: "/account",
    text: "nav.account",
    drawing: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.8-3 3-4.5 6-4.5s5.2 1.5 6 4.5",
    keys: "g a",
    roles: EVERYBODY,
  },
];

/** What a role sees, in this order. */
export function entriesFor(role: Role): readonly Entry[] {
  return ENTRIES.filter((entry) => entry.roles.includes(role));
}

/** A session belongs to a user; the side bar, the palette and the keys read this one table. */
export const NAVIGATION: readonly Entry[] = entriesFor("user");
