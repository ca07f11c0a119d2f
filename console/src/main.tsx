import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "@/api/client";
import { makeRouter } from "@/app/router";
import { ThemeProvider } from "@/app/theme";
import { LanguageProvider } from "@/i18n/language";
import "@/style/tokens.css";
import "@/style/base.css";
import "@/style/parts.css";

const MOST_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal stays a refusal; only a Cloud that is away is asked again.
      retry: (count, error) =>
        count < MOST_RETRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <LanguageProvider>
          <RouterProvider router={makeRouter(client)} />
        </LanguageProvider>
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
