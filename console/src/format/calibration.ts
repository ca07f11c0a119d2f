/** The calibration of a device, read from the JSON text `device_info`; nothing in it is certain. */

export interface Qubit {
  readonly id: number;
  /** Place in a drawing, y upwards; null: the document gives none. */
  readonly place: { readonly x: number; readonly y: number } | null;
  readonly readoutError: number | null;
  readonly gateError: number | null;
  /** In µs. */
  readonly t1: number | null;
  readonly t2: number | null;
}

export interface Coupling {
  readonly control: number;
  readonly target: number;
  readonly error: number | null;
  /** In ns. */
  readonly duration: number | null;
}

export interface Calibrated {
  readonly qubits: readonly Qubit[];
  readonly couplings: readonly Coupling[];
}

type Tree = Readonly<Record<string, unknown>>;

/** Simulators write lifetimes of 10⁹ µs, since JSON has no infinity. */
const ENDLESS_US = 1e8;

const treeAt = (value: unknown): Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {};
const numberAt = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
const listAt = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.map(treeAt) : []);

/** 1 − fidelity without the dust of floating point. */
function errorOf(fidelity: unknown): number | null {
  const share = numberAt(fidelity);
  return share === null ? null : Math.max(0, Number((1 - share).toPrecision(10)));
}

function lifetime(value: unknown): number | null {
  const microseconds = numberAt(value);
  return microseconds !== null && microseconds >= ENDLESS_US ? Infinity : microseconds;
}

function readQubit(tree: Tree, index: number): Qubit {
  const { x, y } = treeAt(tree["position"]);
  const lifetimes = treeAt(tree["qubit_lifetime"]);
  const [across, up] = [numberAt(x), numberAt(y)];
  return {
    id: numberAt(tree["id"]) ?? index,
    place: across === null || up === null ? null : { x: across, y: up },
    readoutError: numberAt(treeAt(tree["meas_error"])["readout_assignment_error"]),
    gateError: errorOf(tree["fidelity"]),
    t1: lifetime(lifetimes["t1"]),
    t2: lifetime(lifetimes["t2"]),
  };
}

function readCoupling(tree: Tree): readonly Coupling[] {
  const [control, target] = [numberAt(tree["control"]), numberAt(tree["target"])];
  if (control === null || target === null) return [];
  const durations = Object.values(treeAt(tree["gate_duration"]));
  return [{ control, target, error: errorOf(tree["fidelity"]), duration: numberAt(durations[0]) }];
}

/** What a device says of itself; null if it says nothing that can be read. */
export function readCalibration(deviceInfo: string | null): Calibrated | null {
  if (deviceInfo === null) return null;
  let tree: Tree;
  try {
    tree = treeAt(JSON.parse(deviceInfo));
  } catch {
    return null;
  }
  const qubits = listAt(tree["qubits"]).map(readQubit);
  if (qubits.length === 0) return null;
  return { qubits, couplings: listAt(tree["couplings"]).flatMap(readCoupling) };
}

/** The middle of the numbers that are known; null if there are none. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((one) => one !== null).sort((a, b) => a - b);
  const [low, high] = [known[Math.floor((known.length - 1) / 2)], known[Math.floor(known.length / 2)]];
  return low === undefined || high === undefined ? null : low === high ? low : (low + high) / 2;
}

/** Both directions of a coupling in one line: the better of the two errors, as a router would use it. */
export function pairsOf(couplings: readonly Coupling[]): readonly Coupling[] {
  const pairs = new Map<string, Coupling>();
  for (const one of couplings) {
    const key = `${String(Math.min(one.control, one.target))} ${String(Math.max(one.control, one.target))}`;
    const known = pairs.get(key);
    if (known === undefined || (one.error ?? Infinity) < (known.error ?? Infinity)) pairs.set(key, one);
  }
  return [...pairs.values()];
}
