import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "@/api/client";
import { keys } from "@/api/queries";
import { isWorthARetry, retryDelay } from "@/api/retry";
import { makeRouter, type Router } from "@/app/router";
import { ThemeProvider } from "@/app/theme";
import { LanguageProvider } from "@/i18n/language";
import "@/style/tokens.css";
import "@/style/base.css";
import "@/style/parts.css";

/** A session that has ended leads to the sign-in, which says so, and from there back to the page. */
function onRefusal(error: Error): void {
  const { pathname, searchStr } = router.state.location;
  if (!(error instanceof ApiError) || error.status !== 401 || pathname === "/sign-in") return;
  const hadSession = client.getQueryData(keys.me) !== undefined;
  const search = {
    ...(pathname === "/" ? {} : { to: pathname + searchStr }),
    ...(hadSession && { ended: true as const }),
  };
  void router.navigate({ to: "/sign-in", search }).then(() => {
    client.clear();
  });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onRefusal }),
  mutationCache: new MutationCache({ onError: onRefusal }),
  defaultOptions: {
    // The Cloud may be on this very machine: without a network it is asked all the same.
    queries: { staleTime: 2_000, retry: isWorthARetry, retryDelay, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

const router: Router = makeRouter(client);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <LanguageProvider>
          <RouterProvider router={router} />
        </LanguageProvider>
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
