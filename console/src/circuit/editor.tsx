/** CodeMirror with OpenQASM: this module is the whole of its chunk, import it lazily. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, RangeSetBuilder, type Extension } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { components } from "@/api/_generated/user";
import { CONSTANTS, declaredNames, GATES, KEYWORDS, tokens, TYPES } from "./openqasm";
import "./editor.css";

export type ServerDiagnostic = components["schemas"]["DiagnosticBody"];

export interface EditorProps {
  readonly value: string;
  readonly label: string;
  readonly onChange?: (value: string) => void;
  /** Ctrl-Enter. */
  readonly onSubmit?: () => void;
  readonly diagnostics?: readonly ServerDiagnostic[];
  readonly isReadOnly?: boolean;
}

/** Longer programs keep their colours up to here. */
const MOST_COLOURED = 200_000;

const MARKS = new Map<string, Decoration>();

function markOf(kind: string): Decoration {
  const known = MARKS.get(kind) ?? Decoration.mark({ class: `qasm-${kind}` });
  MARKS.set(kind, known);
  return known;
}

function colour(state: EditorState): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, kind } of tokens(state.sliceDoc(0, MOST_COLOURED)))
    builder.add(from, to, markOf(kind));
  return builder.finish();
}

const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = colour(view.state);
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = colour(update.state);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const OPTIONS = [
  ...KEYWORDS.map((label) => ({ label, type: "keyword" })),
  ...TYPES.map((label) => ({ label, type: "type" })),
  ...GATES.map((label) => ({ label, type: "function" })),
  ...CONSTANTS.filter((label) => /^\w+$/.test(label)).map((label) => ({ label, type: "constant" })),
];

const complete: CompletionSource = (context) => {
  const word = context.matchBefore(/[A-Za-z_]\w*/);
  if (word === null && !context.explicit) return null;
  const own = declaredNames(context.state.sliceDoc(0, MOST_COLOURED)).map((label) => ({
    label,
    type: "variable",
  }));
  return { from: word?.from ?? context.pos, options: [...own, ...OPTIONS], validFor: /^\w*$/ };
};

const SEVERITIES = { error: "error", warning: "warning", note: "info" } as const;

/** Places of the server (line and column from 1) as places in the text; an underline is a word long. */
export function placed(state: EditorState, found: readonly ServerDiagnostic[]): Diagnostic[] {
  return found.flatMap(({ severity, message, hint, line, column }) => {
    if (line === null || line < 1 || line > state.doc.lines) return [];
    const at = state.doc.line(line);
    const from = Math.min(at.from + Math.max((column ?? 1) - 1, 0), at.to);
    const word = /^[\w$]+/.exec(state.sliceDoc(from, at.to))?.[0].length ?? 1;
    return {
      from,
      to: Math.min(from + word, at.to),
      severity: severity in SEVERITIES ? SEVERITIES[severity as keyof typeof SEVERITIES] : "info",
      message: hint === null ? message : `${message} (${hint})`,
    };
  });
}

/** What decides where lines stand is set before the editor measures itself. */
const METRICS = EditorView.theme({
  "&": { fontSize: "0.8125rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "0.75rem 0" },
});

const reading: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)];

function writing(): Extension {
  return [
    history(),
    closeBrackets(),
    autocompletion({ override: [complete], icons: false }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ];
}

export function Editor(props: EditorProps) {
  const { value, diagnostics, isReadOnly = false } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (host.current === null) return;
    const submit = { key: "Mod-Enter", run: () => (latest.current.onSubmit?.(), true) };
    const made = new EditorView({
      parent: host.current,
      doc: latest.current.value,
      extensions: [
        keymap.of([submit]),
        lineNumbers(),
        drawSelection(),
        bracketMatching(),
        colours,
        lintGutter({ markerFilter: (found) => found.filter((one) => one.severity !== "info") }),
        METRICS,
        isReadOnly ? reading : writing(),
        EditorView.contentAttributes.of({ "aria-label": latest.current.label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
        }),
      ],
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [isReadOnly]);
  useEffect(() => {
    const shown = view.current;
    if (shown === null || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const shown = view.current;
    if (shown !== null) shown.dispatch(setDiagnostics(shown.state, placed(shown.state, diagnostics ?? [])));
  }, [diagnostics, isReadOnly]);
  return <div ref={host} className={isReadOnly ? "editor read" : "editor"} />;
}
