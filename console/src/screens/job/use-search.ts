import { useNavigate, useSearch } from "@tanstack/react-router";
import type { JobSearch } from "./search";

type Change = { readonly [K in keyof JobSearch]?: JobSearch[K] | undefined };

/** What the address holds, and a way to change some of it; undefined takes out. */
export function useJobSearch(): [JobSearch, (change: Change) => void] {
  const search = useSearch({ from: "/inside/jobs/$jobId" });
  const navigate = useNavigate({ from: "/jobs/$jobId" });
  const change = (wanted: Change) => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...wanted }).filter(([, value]) => value !== undefined),
    );
    void navigate({ search: next as JobSearch, replace: true, resetScroll: false });
  };
  return [search, change];
}
