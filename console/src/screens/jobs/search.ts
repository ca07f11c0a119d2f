/** What the address of the jobs list holds, and the language of its search field. */

export const STATUSES = ["submitted", "ready", "running", "succeeded", "failed", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

export interface JobsSearch {
  /** The text of the search field, such as `status:failed device:SC since:2d bell`. */
  readonly q?: string;
  /** Absent: the newest first. */
  readonly order?: "oldest";
  /** Selected jobs, if they are few. */
  readonly sel?: readonly string[];
}

/** A search as understood; `problems` names the words that mean nothing. */
export interface Filter {
  readonly status?: Status;
  readonly device?: string;
  readonly type?: string;
  readonly since?: string;
  readonly text?: string;
  readonly problems: readonly string[];
}

const TYPES = ["sampling", "estimation", "multi_manual"];
const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const AGE = /^(\d{1,4})([mhdw])$/;

export function readJobsSearch(search: Record<string, unknown>): JobsSearch {
  const q = search["q"];
  const ids = Array.isArray(search["sel"]) ? search["sel"].filter((one) => typeof one === "string") : [];
  return {
    ...(typeof q === "string" && q !== "" ? { q } : {}),
    ...(search["order"] === "oldest" ? { order: "oldest" } : {}),
    ...(ids.length === 0 ? {} : { sel: ids }),
  };
}

/** The RFC 3339 moment that `2d` (ago) or a date means; null if it is neither. */
export function sinceOf(word: string, now: number): string | null {
  const age = AGE.exec(word);
  if (age !== null)
    return new Date(now - Number(age[1]) * UNITS_MS[age[2] as keyof typeof UNITS_MS]).toISOString();
  const at = /^\d{4}-\d{2}-\d{2}/.test(word) ? Date.parse(word) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

type Reader = (value: string, now: number) => Partial<Filter> | null;

const QUALIFIERS: Readonly<Record<string, Reader>> = {
  status: (value) => {
    const status = STATUSES.find((one) => one === value);
    return status === undefined ? null : { status };
  },
  device: (value) => ({ device: value }),
  type: (value) => (TYPES.includes(value) ? { type: value } : null),
  since: (value, now) => {
    const since = sinceOf(value, now);
    return since === null ? null : { since };
  },
};

/** Understand `status:… device:… type:… since:…`; every other word is looked for in names and ids. */
export function readFilter(text: string, now: number): Filter {
  let filter: Filter = { problems: [] };
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const colon = word.indexOf(":");
    const reader = colon > 0 ? QUALIFIERS[word.slice(0, colon)] : undefined;
    if (reader === undefined) {
      words.push(word);
      continue;
    }
    const found = reader(word.slice(colon + 1), now);
    filter = found === null ? { ...filter, problems: [...filter.problems, word] } : { ...filter, ...found };
  }
  return words.length === 0 ? filter : { ...filter, text: words.join(" ") };
}

/** The same text with one qualifier set, or taken out (`value` null). */
export function withQualifier(text: string, name: string, value: string | null): string {
  const others = text.split(/\s+/).filter((word) => word !== "" && !word.startsWith(`${name}:`));
  return [...(value === null ? [] : [`${name}:${value}`]), ...others].join(" ");
}
