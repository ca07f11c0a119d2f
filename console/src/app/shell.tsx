import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useIsAway } from "@/api/reach";
import { LiveProvider } from "@/live/live";
import { Toasts } from "@/parts/toasts";
import { useSay } from "@/i18n/language";
import { useKeys, usePaletteKey } from "./keys";
import { NAVIGATION } from "./navigation";
import { useOneUser } from "./session";
import { TopBar } from "./top-bar";
import "./palette.css";
import "./shell.css";

const Palette = lazy(async () => ({ default: (await import("./palette")).Palette }));
const KeyHelp = lazy(async () => ({ default: (await import("./key-help")).KeyHelp }));

export function Shell() {
  const say = useSay();
  const [dialog, setDialog] = useState<"palette" | "keys" | null>(null);
  const close = useCallback(() => {
    setDialog(null);
  }, []);
  const content = useRef<HTMLElement>(null);
  const navigate = useNavigate();
  const pages = NAVIGATION.map((entry) => [entry.keys, () => void navigate({ to: entry.to })] as const);
  useKeys({
    ...Object.fromEntries(pages),
    "/": () => {
      const field = document.querySelector<HTMLInputElement>("main [data-search]");
      if (field === null) setDialog("palette");
      else field.focus();
    },
    "?": () => {
      setDialog("keys");
    },
  });
  usePaletteKey(() => {
    setDialog("palette");
  });
  useFocusOnNavigation(content);
  useOneUser();
  return (
    <LiveProvider>
      <Toasts>
        <a className="skip" href="#content">
          {say("app.skip")}
        </a>
        <div className="shell">
          <SideBar />
          <div className="stage">
            <TopBar
              openPalette={() => {
                setDialog("palette");
              }}
            />
            <Away />
            <main id="content" ref={content} tabIndex={-1}>
              <Outlet />
            </main>
          </div>
        </div>
        <Suspense>
          {dialog === "palette" ? <Palette close={close} /> : null}
          {dialog === "keys" ? <KeyHelp close={close} /> : null}
        </Suspense>
      </Toasts>
    </LiveProvider>
  );
}

/** What is on the page stays there while the Cloud is away; this says how old it may be. */
function Away() {
  const say = useSay();
  const isAway = useIsAway();
  return (
    <div role="status" className="away" hidden={!isAway}>
      <strong>{say("state.offline")}.</strong> {say("state.offline.text")}
    </div>
  );
}

function SideBar() {
  const say = useSay();
  return (
    <nav className="side" aria-label={say("app.navigation")}>
      <Link to="/" className="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>{say("app.name")}</span>
      </Link>
      <ul>
        {NAVIGATION.map((entry) => (
          <li key={entry.to}>
            <Link to={entry.to} activeOptions={{ exact: entry.to === "/" }} className="side-link">
              <svg viewBox="0 0 20 20" aria-hidden>
                <path d={entry.drawing} />
              </svg>
              <span>{say(entry.text)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A screen reader is taken to the new page, not left where the link was. */
function useFocusOnNavigation(content: React.RefObject<HTMLElement | null>): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    content.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [content, path]);
}
