/** What the address of a job holds. */

export const TABS = ["result", "circuit", "program", "events", "evidence", "raw"] as const;
export type Tab = (typeof TABS)[number];

/** Absent means the usual: the first tab, the sequence, the largest counts first, and so on. */
export interface JobSearch {
  readonly tab?: Tab;
  readonly view?: "waterfall";
  readonly sort?: "bits";
  readonly top?: number;
  readonly log?: true;
  readonly unit?: "probability";
  readonly raw?: true;
  /** Which of several programs or bindings, from 0. */
  readonly part?: number;
  /** Another job to compare with. */
  readonly with?: string;
}

export const TOPS = [8, 16, 32, 64] as const;
export const USUAL_TOP = 16;

function oneOf<const T>(choices: readonly T[], value: unknown): T | undefined {
  return choices.find((choice) => choice === value);
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** One entry of the address, or none. */
function entry<K extends keyof JobSearch>(key: K, value: JobSearch[K] | undefined): JobSearch {
  return value === undefined ? {} : { [key]: value };
}

/** Whatever somebody typed into the address: what means nothing is left out, and so is the usual. */
export function readJobSearch(search: Record<string, unknown>): JobSearch {
  const top = oneOf<number>(TOPS, search["top"]);
  const { part, with: other } = search;
  return {
    ...entry("tab", oneOf(TABS, search["tab"])),
    ...entry("view", oneOf(["waterfall"], search["view"])),
    ...entry("sort", oneOf(["bits"], search["sort"])),
    ...entry("top", top === USUAL_TOP ? undefined : top),
    ...entry("log", oneOf([true], search["log"])),
    ...entry("unit", oneOf(["probability"], search["unit"])),
    ...entry("raw", oneOf([true], search["raw"])),
    ...entry("part", isIndex(part) && part > 0 ? part : undefined),
    ...entry("with", typeof other === "string" && other !== "" ? other : undefined),
  };
}
