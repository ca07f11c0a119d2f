import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import { LanguageProvider } from "@/i18n/language";
import { Loaded } from "@/parts/states";

function Shown({ ask }: { ask: () => Promise<string> }) {
  return (
    <Loaded query={useQuery({ queryKey: ["x"], queryFn: ask, retry: false })}>
      {(data) => <p>{data}</p>}
    </Loaded>
  );
}

/** The page of what is missing leads home by a link. */
const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });

async function after(status: number) {
  const client = new QueryClient();
  const ask = vi.fn<() => Promise<string>>().mockResolvedValueOnce("what was read");
  render(
    <QueryClientProvider client={client}>
      <LanguageProvider>
        <RouterContextProvider router={router}>
          <Shown ask={ask} />
        </RouterContextProvider>
      </LanguageProvider>
    </QueryClientProvider>,
  );
  await screen.findByText("what was read");
  ask.mockRejectedValue(new ApiError(status, {}));
  await client.invalidateQueries({ queryKey: ["x"] });
}

describe("what was read", () => {
  afterEach(cleanup);

  it.each([0, 500, 503])("stays when the Cloud cannot answer again (%i)", async (status) => {
    await after(status);
    expect(screen.getByText("what was read")).toBeInTheDocument();
  });

  it.each([403, 404])("goes when it may no longer be seen (%i)", async (status) => {
    await after(status);
    await vi.waitFor(() => {
      expect(screen.queryByText("what was read")).not.toBeInTheDocument();
    });
  });
});
