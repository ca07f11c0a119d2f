/** What the address of a device holds. */

export const TABS = ["map", "qubits", "couplings", "history"] as const;
export type Tab = (typeof TABS)[number];

export const METRICS = ["readoutError", "gateError", "t1", "t2"] as const;
export type Metric = (typeof METRICS)[number];

export interface DeviceSearch {
  readonly tab?: Tab;
  readonly metric?: Metric;
  /** The chosen one. */
  readonly qubit?: number;
  /** A column, with a minus before it for the largest first. */
  readonly sort?: string;
}

export function readDeviceSearch(search: Record<string, unknown>): DeviceSearch {
  const tab = TABS.find((one) => one === search["tab"]);
  const metric = METRICS.find((one) => one === search["metric"]);
  const { sort, qubit } = search;
  return {
    ...(tab === undefined || tab === "map" ? {} : { tab }),
    ...(metric === undefined || metric === "readoutError" ? {} : { metric }),
    ...(typeof qubit === "number" && Number.isInteger(qubit) && qubit >= 0 ? { qubit } : {}),
    ...(typeof sort === "string" && /^-?[a-z0-9]+$/i.test(sort) ? { sort } : {}),
  };
}
