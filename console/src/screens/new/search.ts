/** What the address of the new job holds. */
export interface NewSearch {
  /** A job to run again. */
  readonly from?: string;
  readonly device?: string;
}

export function readNewSearch(search: Record<string, unknown>): NewSearch {
  const { from, device } = search;
  return {
    ...(typeof from === "string" && from !== "" ? { from } : {}),
    ...(typeof device === "string" && device !== "" ? { device } : {}),
  };
}
