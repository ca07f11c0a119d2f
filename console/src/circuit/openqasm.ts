/** The words of OpenQASM 2 and 3, for colours and completion; what a program means is the server's to say. */

export type Kind = "comment" | "string" | "keyword" | "type" | "gate" | "number" | "constant" | "physical";

export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
}

export const KEYWORDS = (
  "OPENQASM include gate measure reset barrier delay if else for while in switch case default def return " +
  "input output let const ctrl negctrl inv pow break continue end opaque extern box"
).split(" ");
export const TYPES =
  "qubit bit qreg creg int uint float angle bool complex duration stretch array void".split(" ");
export const GATES = (
  "h x y z s sdg t tdg sx sxdg p rx ry rz u u1 u2 u3 U CX id cx cy cz ch cp crx cry crz csx cu swap ccx cswap " +
  "rxx rzz phase gphase"
).split(" ");
export const CONSTANTS =
  "pi π tau τ euler ℇ true false sin cos tan arcsin arccos arctan exp log sqrt mod".split(" ");

const KIND_OF: ReadonlyMap<string, Kind> = new Map([
  ...KEYWORDS.map((word) => [word, "keyword"] as const),
  ...TYPES.map((word) => [word, "type"] as const),
  ...GATES.map((word) => [word, "gate"] as const),
  ...CONSTANTS.map((word) => [word, "constant"] as const),
]);

const TOKEN =
  /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("[^"\n]*"?|'[^'\n]*'?)|(\$\d+)|((?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?(?:ns|us|µs|ms|s|dt)?\b)|([A-Za-z_]\w*|[πτℇ])/gu;

const GROUPS: readonly (Kind | null)[] = ["comment", "string", "physical", "number"];

/** The words that have a colour, in order; they do not overlap. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const group = match.slice(1, 5).findIndex((part) => part !== undefined);
    const kind = group >= 0 ? GROUPS[group] : KIND_OF.get(match[0]);
    if (kind) found.push({ from: match.index, to: match.index + match[0].length, kind });
  }
  return found;
}

const DECLARATION =
  /\b(?:qubit|bit|qreg|creg|gate|def|input\s+\w+|let|const\s+\w+|int|uint|float|angle|bool)(?:\s*\[[^\]]*\])?\s+([A-Za-z_]\w*)/g;

/** Names that the program declares. */
export function declaredNames(text: string): string[] {
  return [...new Set([...text.matchAll(DECLARATION)].flatMap((match) => match[1] ?? []))].filter(
    (name) => !KIND_OF.has(name),
  );
}
