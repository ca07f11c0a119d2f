import { useSuspenseQuery } from "@tanstack/react-query";
import { me } from "@/api/queries";
import { useSay } from "@/i18n/language";

export function HomeScreen() {
  const say = useSay();
  const { data: account } = useSuspenseQuery(me);
  return (
    <div className="page">
      <h1>{say("nav.home")}</h1>
      <p className="soft">{account.name}</p>
    </div>
  );
}
