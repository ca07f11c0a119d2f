import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, ApiError } from "@/api/client";
import { me } from "@/api/queries";
import { draftOfUser, remember } from "./memory";
import { tellOtherTabs } from "./session";

/** End the session and forget everything that was read with it or written in it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await api.DELETE("/session");
    } catch (error) {
      // A session that has ended already is as good.
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    const account = client.getQueryData(me.queryKey);
    if (account !== undefined) remember(draftOfUser(account.id), null);
    await navigate({ to: "/sign-in" });
    client.clear();
    tellOtherTabs();
  };
}
