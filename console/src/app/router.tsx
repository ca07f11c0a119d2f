/** Every address of the console; each screen is loaded when it is first opened. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import { me } from "@/api/queries";
import { MissingScreen } from "@/parts/states";
import { Shell } from "./shell";

interface Context {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: MissingScreen });

export const signInRoute = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search["to"] === "string" && search["to"].startsWith("/") && !search["to"].startsWith("//")
      ? { to: search["to"] }
      : {},
  component: lazyRouteComponent(() => import("@/screens/sign-in"), "SignInScreen"),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(me);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { to: location.href } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyRouteComponent(() => import("@/screens/home"), "HomeScreen"),
});

const tree = root.addChildren([signInRoute, inside.addChildren([home])]);

export function makeRouter(client: QueryClient) {
  return createRouter({ routeTree: tree, context: { client }, defaultPreload: "intent" });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
