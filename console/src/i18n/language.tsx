import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { recall, remember } from "@/app/memory";
import { en, type TextKey, type Texts } from "./en";

export const LANGUAGES = { en: "English", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;

export type Values = Readonly<Record<string, string | number>>;
export type Say = (key: TextKey, values?: Values) => string;

/** `{name}` in a text is replaced by the value of that name. */
export function fillIn(text: string, values?: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole));
}

interface Speech {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly say: Say;
}

const Spoken = createContext<Speech | null>(null);

function firstLanguage(): Language {
  const kept = recall("language");
  if (kept === "en" || kept === "ja") return kept;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

/** English is in the first load; another language comes when it is chosen. */
async function textsOf(language: Language): Promise<Texts> {
  return language === "ja" ? (await import("./ja")).ja : en;
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [texts, setTexts] = useState<Texts>(en);
  useEffect(() => {
    let current = true;
    void textsOf(language).then((found) => {
      if (!current) return;
      setTexts(found);
      document.documentElement.lang = language;
    });
    remember("language", language);
    return () => {
      current = false;
    };
  }, [language]);
  const speech = useMemo<Speech>(() => {
    const say: Say = (key, values) => fillIn(texts[key], values);
    return { language, setLanguage, say };
  }, [language, texts]);
  return <Spoken value={speech}>{children}</Spoken>;
}

export function useLanguage(): Speech {
  const speech = useContext(Spoken);
  if (speech === null) throw new Error("useLanguage needs a LanguageProvider above it.");
  return speech;
}

export function useSay(): Say {
  return useLanguage().say;
}
