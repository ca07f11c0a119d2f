/** The little of Markdown that announcements need, as elements: no text can become HTML or a script. */
import { Fragment, type ReactNode } from "react";

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s()]+)\)/g;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
const HEADING = /^#{1,6}\s+/;

function element(found: RegExpMatchArray): ReactNode {
  const [, code, strong, soft, label, url] = found;
  if (code !== undefined) return <code>{code}</code>;
  if (strong !== undefined) return <strong>{strong}</strong>;
  if (soft !== undefined) return <em>{soft}</em>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {label}
    </a>
  );
}

function Inline({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    parts.push(text.slice(at, found.index), element(found));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)].map((part, index) => <Fragment key={index}>{part}</Fragment>);
}

function Block({ lines }: { lines: readonly string[] }) {
  if (lines.every((line) => ITEM.test(line)))
    return (
      <ul>
        {lines.map((line, index) => (
          <li key={index}>
            <Inline text={line.replace(ITEM, "")} />
          </li>
        ))}
      </ul>
    );
  return (
    <p>
      {lines.map((line, index) => (
        <Fragment key={index}>
          {index === 0 ? null : <br />}
          {HEADING.test(line) ? <strong>{line.replace(HEADING, "")}</strong> : <Inline text={line} />}
        </Fragment>
      ))}
    </p>
  );
}

/** Lines of one kind together: a list ends where another line begins. */
function blocksOf(text: string): readonly (readonly string[])[] {
  return text.split(/\n\s*\n/).flatMap((part) => {
    const lines = part.split("\n").filter((line) => line.trim() !== "");
    const first = lines.findIndex((line) => ITEM.test(line));
    const isMixed = first > 0 && lines.slice(first).every((line) => ITEM.test(line));
    return isMixed ? [lines.slice(0, first), lines.slice(first)] : lines.length === 0 ? [] : [lines];
  });
}

export function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown">
      {blocksOf(text).map((lines, index) => (
        <Block key={index} lines={lines} />
      ))}
    </div>
  );
}
