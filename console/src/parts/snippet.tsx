import { useEffect, useState } from "react";
import { useSay } from "@/i18n/language";
import "./snippet.css";

const SHOWN_MS = 1_500;

/** Text to be copied whole; the button says when it has been. */
export function Snippet({ text, label }: { text: string; label?: string }) {
  const say = useSay();
  const { isCopied, copy } = useCopy();
  return (
    <figure className="snippet-box">
      {label === undefined ? null : <figcaption>{label}</figcaption>}
      <pre className="snippet" tabIndex={0}>
        {text}
      </pre>
      <button type="button" className="button quiet snippet-copy" onClick={() => void copy(text)}>
        <span aria-live="polite">{say(isCopied ? "app.copied" : "app.copy")}</span>
      </button>
    </figure>
  );
}

/** Copy to the clipboard, and know for a moment that it was done. */
export function useCopy() {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => {
      setCopied(false);
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isCopied]);
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return { isCopied, copy };
}
