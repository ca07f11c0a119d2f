import { useMemo } from "react";
import { useLanguage, type Language } from "./language";

/** The texts of one lazy part, in every language: they come with the part, not with the first load. */
export type OwnTexts<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>;
export type SayOwn<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

/** Say a part's own texts; `{name}` is replaced by the value of that name. */
export function useOwnTexts<K extends string>(texts: OwnTexts<K>): SayOwn<K> {
  const { language } = useLanguage();
  return useMemo(
    () => (key, values) =>
      texts[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole)),
    [language, texts],
  );
}
