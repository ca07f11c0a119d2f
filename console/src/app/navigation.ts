import type { TextKey } from "@/i18n/en";

export interface Entry {
  readonly to: "/";
  readonly text: TextKey;
  /** An outline on a grid of 20. */
  readonly drawing: string;
}

/** What the navigation shows to everybody who is signed in, in this order. */
export const NAVIGATION: readonly Entry[] = [
  { to: "/", text: "nav.home", drawing: "M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5" },
];
