/** Who is signed in, how the console looks, and the way out. */
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { me } from "@/api/queries";
import { LANGUAGES, useLanguage, useSay, type Language } from "@/i18n/language";
import { useSignOut } from "./sign-out";
import { THEMES, useTheme, type Theme } from "./theme";

export function UserMenu() {
  const say = useSay();
  const { data: account } = useSuspenseQuery(me);
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu.Root>
      <Menu.Trigger className="button quiet icon avatar" aria-label={say("nav.account")}>
        {(account.name ?? account.id).slice(0, 1).toUpperCase()}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={6}>
          <Menu.Label className="menu-label">{account.name ?? account.id}</Menu.Label>
          <Menu.Item onSelect={() => void navigate({ to: "/account" })}>{say("nav.account")}</Menu.Item>
          <hr />
          <ThemeChoice />
          <hr />
          <LanguageChoice />
          <hr />
          <Menu.Item onSelect={() => void signOut()}>{say("nav.signOut")}</Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function ThemeChoice() {
  const say = useSay();
  const { theme, setTheme } = useTheme();
  return (
    <Menu.RadioGroup
      value={theme}
      onValueChange={(value) => {
        setTheme(value as Theme);
      }}
    >
      <Menu.Label className="menu-label">{say("theme.label")}</Menu.Label>
      {THEMES.map((one) => (
        <Choice key={one} value={one} label={say(`theme.${one}`)} />
      ))}
    </Menu.RadioGroup>
  );
}

function LanguageChoice() {
  const { language, setLanguage, say } = useLanguage();
  return (
    <Menu.RadioGroup
      value={language}
      onValueChange={(value) => {
        setLanguage(value as Language);
      }}
    >
      <Menu.Label className="menu-label">{say("language.label")}</Menu.Label>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <Choice key={code} value={code} label={name} />
      ))}
    </Menu.RadioGroup>
  );
}

function Choice({ value, label }: { value: string; label: string }) {
  return (
    <Menu.RadioItem value={value}>
      <span className="menu-mark" aria-hidden>
        <Menu.ItemIndicator>✓</Menu.ItemIndicator>
      </span>
      {label}
    </Menu.RadioItem>
  );
}
