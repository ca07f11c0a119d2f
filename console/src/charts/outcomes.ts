/** Counts of a sampling job made ready to be drawn: sorted, cut, compared, written as CSV. */

export type Counts = Readonly<Record<string, number>>;

export interface Bar {
  readonly key: string;
  readonly count: number;
  /** The same outcome in the other histogram; null: there is none. */
  readonly other: number | null;
}

export interface Histogram {
  readonly bars: readonly Bar[];
  /** What did not get a bar of its own; null: everything has. */
  readonly rest: (Bar & { readonly kinds: number }) | null;
  readonly total: number;
  readonly otherTotal: number;
}

export interface Grouping {
  readonly sort: "count" | "bits";
  readonly top: number;
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Bit strings as numbers of any width, so that `10` stands behind `9` in any notation. */
function byBits(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

/**
 * The `top` largest outcomes of both histograms together, and the rest as one bar.
 * Outcomes of equal size stand in the order of their bits, so that a picture is repeatable.
 */
export function histogram(
  counts: Counts,
  { sort, top }: Grouping,
  compared: Counts | null = null,
): Histogram {
  const keys = [...new Set([...Object.keys(counts), ...Object.keys(compared ?? {})])];
  const total = totalOf(counts);
  const otherTotal = compared === null ? 0 : totalOf(compared);
  const weight = (key: string) =>
    Math.max((counts[key] ?? 0) / (total || 1), (compared?.[key] ?? 0) / (otherTotal || 1));
  const ranked = keys.sort((a, b) => weight(b) - weight(a) || byBits(a, b));
  const bar = (key: string): Bar => ({
    key,
    count: counts[key] ?? 0,
    other: compared === null ? null : (compared[key] ?? 0),
  });
  const shown = ranked.slice(0, top).map(bar);
  const left = ranked.slice(top).map(bar);
  if (sort === "bits") shown.sort((a, b) => byBits(a.key, b.key));
  const rest =
    left.length === 0
      ? null
      : {
          key: "",
          kinds: left.length,
          count: left.reduce((sum, one) => sum + one.count, 0),
          other: compared === null ? null : left.reduce((sum, one) => sum + (one.other ?? 0), 0),
        };
  return { bars: shown, rest, total, otherTotal };
}

/** Half the sum of the differences of the probabilities: 0 equal, 1 nothing in common. */
export function distance(a: Counts, b: Counts): number {
  const [totalA, totalB] = [totalOf(a) || 1, totalOf(b) || 1];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  let sum = 0;
  for (const key of keys) sum += Math.abs((a[key] ?? 0) / totalA - (b[key] ?? 0) / totalB);
  return sum / 2;
}

const NEEDS_QUOTES = /[",\r\n]/;

/** Rows as RFC 4180 has them. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? "" : String(value);
    return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Every outcome, not only those drawn. */
export function countsCsv(counts: Counts, compared: Counts | null = null): string {
  const all = histogram(counts, { sort: "bits", top: Number.MAX_SAFE_INTEGER }, compared);
  const head = [
    "outcome",
    "count",
    "probability",
    ...(compared === null ? [] : ["other_count", "other_probability"]),
  ];
  const rows = all.bars.map((bar) => [
    bar.key,
    bar.count,
    bar.count / (all.total || 1),
    ...(bar.other === null ? [] : [bar.other, bar.other / (all.otherTotal || 1)]),
  ]);
  return csvOf([head, ...rows]);
}
