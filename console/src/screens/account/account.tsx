import { usePageTitle } from "@/app/title";
import { useSay } from "@/i18n/language";
import { Profile } from "./profile";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";
import "@/parts/sortable.css";
import "./account.css";

export function AccountScreen() {
  const say = useSay();
  usePageTitle(say("nav.account"));
  return (
    <div className="page account">
      <header className="page-head">
        <h1>{say("nav.account")}</h1>
      </header>
      <Profile />
      <Tokens />
      <Sessions />
    </div>
  );
}
