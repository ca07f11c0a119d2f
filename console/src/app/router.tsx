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
import { BrokenScreen, ClosedScreen, LostScreen } from "@/parts/states";
import { readDeviceSearch } from "@/screens/devices/search";
import { readJobSearch } from "@/screens/job/search";
import { readJobsSearch } from "@/screens/jobs/search";
import { readNewSearch } from "@/screens/new/search";
import { ownAddress } from "./own-address";
import { Shell } from "./shell";

interface Context {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: LostScreen });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string; ended?: true } => {
    const to = ownAddress(search["to"]);
    return { ...(to !== null && { to }), ...(search["ended"] === true && { ended: true }) };
  },
  component: lazyRouteComponent(() => import("@/screens/sign-in/sign-in"), "SignInScreen"),
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
  component: lazyRouteComponent(() => import("@/screens/home/home"), "HomeScreen"),
});

const jobs = createRoute({
  getParentRoute: () => inside,
  path: "/jobs",
  validateSearch: readJobsSearch,
  component: lazyRouteComponent(() => import("@/screens/jobs/jobs"), "JobsScreen"),
});

const job = createRoute({
  getParentRoute: () => inside,
  path: "/jobs/$jobId",
  validateSearch: readJobSearch,
  component: lazyRouteComponent(() => import("@/screens/job/job"), "JobScreen"),
});

const newJob = createRoute({
  getParentRoute: () => inside,
  path: "/new",
  validateSearch: readNewSearch,
  component: lazyRouteComponent(() => import("@/screens/new/new"), "NewJobScreen"),
});

const devices = createRoute({
  getParentRoute: () => inside,
  path: "/devices",
  component: lazyRouteComponent(() => import("@/screens/devices/devices"), "DevicesScreen"),
});

const device = createRoute({
  getParentRoute: () => inside,
  path: "/devices/$deviceId",
  validateSearch: readDeviceSearch,
  component: lazyRouteComponent(() => import("@/screens/devices/device"), "DeviceScreen"),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: "/account",
  component: lazyRouteComponent(() => import("@/screens/account/account"), "AccountScreen"),
});

/** Operators' screens come with the operators' own session; a user's session may not open them. */
const operators = (["/queue", "/providers", "/administration"] as const).map((path) =>
  createRoute({ getParentRoute: () => inside, path, component: ClosedScreen }),
);

/** An address that no screen has is still within the console. */
const lost = createRoute({ getParentRoute: () => inside, path: "$", component: LostScreen });

const tree = root.addChildren([
  signIn,
  inside.addChildren([home, jobs, job, newJob, devices, device, account, ...operators, lost]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    // What no screen knows is taken out of the address: a screen sees only what its reader let through.
    search: { strict: true },
    defaultErrorComponent: BrokenScreen,
  });
}

export type Router = ReturnType<typeof makeRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: Router;
  }
}
