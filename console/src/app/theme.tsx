import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { recall, remember } from "./memory";

export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

const DARK = "(prefers-color-scheme: dark)";

interface Choice {
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}

const Chosen = createContext<Choice | null>(null);

function kept(): Theme {
  const name = recall("theme");
  return THEMES.find((theme) => theme === name) ?? "system";
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    remember("theme", theme);
    const system = matchMedia(DARK);
    const paint = () => {
      const isDark = theme === "dark" || (theme === "system" && system.matches);
      document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
    };
    paint();
    system.addEventListener("change", paint);
    return () => {
      system.removeEventListener("change", paint);
    };
  }, [theme]);
  const choice = useMemo(() => ({ theme, setTheme }), [theme]);
  return <Chosen value={choice}>{children}</Chosen>;
}

export function useTheme(): Choice {
  const choice = useContext(Chosen);
  if (choice === null) throw new Error("useTheme needs a ThemeProvider above it.");
  return choice;
}
