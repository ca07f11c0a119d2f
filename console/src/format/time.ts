/** Times and lengths of time as people say them, in the reader's language. */

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** One formatter of a kind and language for the whole page: each is dear to make, and lists ask for many. */
function kept<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>();
  return (language) => {
    const format = made.get(language) ?? make(language);
    made.set(language, format);
    return format;
  };
}

const RELATIVE = kept(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }),
);
const MOMENT = kept(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }),
);
const DAY = kept((language) => new Intl.DateTimeFormat(language, { dateStyle: "long" }));

/** "3 minutes ago", "in 2 hours"; both in milliseconds since 1970. */
export function ago(at: number, now: number, language: string): string {
  const seconds = (at - now) / 1000;
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size || unit === "second")
      return RELATIVE(language).format(Math.round(seconds / size), unit);
  return "";
}

/** "0 ms", "0.40 ms", "12 ms", "3.2 s", "4 min 10 s", "2 h 5 min"; of seconds. */
export function span(seconds: number): string {
  if (seconds === 0) return "0 ms";
  if (seconds < 0.001) return `${(seconds * 1000).toFixed(2)} ms`;
  if (seconds < 1) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
  return `${String(Math.floor(whole / 3600))} h ${String(Math.floor((whole % 3600) / 60))} min`;
}

/** The moment, to the second, in the reader's own zone. */
export function moment(at: string, language: string): string {
  return MOMENT(language).format(new Date(at));
}

/** The day, in the reader's own zone. */
export function day(at: string, language: string): string {
  return DAY(language).format(new Date(at));
}
