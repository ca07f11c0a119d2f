import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

/** More would make an address that some programs cut. */
const MOST_IN_ADDRESS = 40;

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly replace: (ids: readonly string[]) => void;
  readonly toggle: (id: string) => void;
}

/** Which jobs are selected; a few of them are kept in the address. */
export function useSelection(first: readonly string[] | undefined): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(() => new Set(first));
  const navigate = useNavigate({ from: "/jobs" });
  const replace = (wanted: readonly string[]) => {
    setIds(new Set(wanted));
    const kept = wanted.length > 0 && wanted.length <= MOST_IN_ADDRESS ? wanted : undefined;
    void navigate({
      search: ({ q, order }) => ({
        ...(q !== undefined && { q }),
        ...(order !== undefined && { order }),
        ...(kept !== undefined && { sel: kept }),
      }),
      replace: true,
      resetScroll: false,
    });
  };
  return {
    ids,
    replace,
    toggle: (id) => {
      replace(ids.has(id) ? [...ids].filter((one) => one !== id) : [...ids, id]);
    },
  };
}
