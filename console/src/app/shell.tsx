import { Link, Outlet } from "@tanstack/react-router";
import { LiveProvider } from "@/live/live";
import { useSay } from "@/i18n/language";
import { TopBar } from "./top-bar";
import { NAVIGATION } from "./navigation";
import "./shell.css";

export function Shell() {
  const say = useSay();
  return (
    <LiveProvider>
      <a className="skip" href="#content">
        {say("app.skip")}
      </a>
      <div className="shell">
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
        <div className="stage">
          <TopBar />
          <main id="content" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
    </LiveProvider>
  );
}
