/** Programs to begin with. */
import type { Draft } from "./draft";

export const EXAMPLES = ["bell", "ghz", "teleport", "qft", "grover", "ising", "sweep", "pair"] as const;
export type Example = (typeof EXAMPLES)[number];

const HEAD = `OPENQASM 3;
include "stdgates.inc";

`;

const BELL = `${HEAD}// Two qubits that always agree.
qubit[2] q;
bit[2] c;

h q[0];
cx q[0], q[1];
c = measure q;
`;

const GHZ = `${HEAD}// Five qubits, all 0 or all 1.
qubit[5] q;
bit[5] c;

h q[0];
for int i in [0:3] {
  cx q[i], q[i + 1];
}
c = measure q;
`;

const TELEPORT = `${HEAD}// The state of q[0] moves to q[2]; corrections are gates, so that every device can run it.
qubit[3] q;
bit[1] c;

ry(pi / 3) q[0];
h q[1];
cx q[1], q[2];
cx q[0], q[1];
h q[0];
cx q[1], q[2];
cz q[0], q[2];
c[0] = measure q[2];
`;

const QFT = `${HEAD}// The quantum Fourier transform of |5>, and back.
const int n = 4;
qubit[n] q;
bit[n] c;

x q[0];
x q[2];
for int i in [0:n - 1] {
  h q[n - 1 - i];
  for int j in [i + 1:n - 1] {
    cp(pi / 2 ** (j - i)) q[n - 1 - j], q[n - 1 - i];
  }
}
barrier q;
for int i in [0:n - 1] {
  for int j in [0:i - 1] {
    cp(-pi / 2 ** (i - j)) q[j], q[i];
  }
  h q[i];
}
c = measure q;
`;

const GROVER = `${HEAD}// Two rounds of Grover's search for 101 among eight.
qubit[3] q;
bit[3] c;

h q;
for int round in [1:2] {
  x q[1];
  h q[2];
  ccx q[0], q[1], q[2];
  h q[2];
  x q[1];

  h q;
  x q;
  h q[2];
  ccx q[0], q[1], q[2];
  h q[2];
  x q;
  h q;
}
c = measure q;
`;

const ISING = `${HEAD}// One step of a transverse-field Ising chain.
qubit[4] q;

h q;
for int i in [0:2] {
  rzz(0.6) q[i], q[i + 1];
}
rx(0.8) q;
`;

const SWEEP = `${HEAD}// One parameter, many values: see Bindings.
input float theta;
qubit q;
bit c;

ry(theta) q;
c = measure q;
`;

const ANGLES = [0, 0.5, 1, 1.5, 2, 2.5, 3];
const LINE = [0, 1, 2, 3];

/** What an example changes in a draft. */
export const EXAMPLE_DRAFTS: Readonly<Record<Example, Partial<Draft>>> = {
  bell: { jobType: "sampling", programs: [BELL], parameters: "" },
  ghz: { jobType: "sampling", programs: [GHZ], parameters: "" },
  teleport: { jobType: "sampling", programs: [TELEPORT], parameters: "" },
  qft: { jobType: "sampling", programs: [QFT], parameters: "" },
  grover: { jobType: "sampling", programs: [GROVER], parameters: "" },
  ising: {
    jobType: "estimation",
    programs: [ISING],
    parameters: "",
    operator: [
      ...LINE.slice(1).map((i) => ({ pauli: `Z ${String(i - 1)} Z ${String(i)}`, coeff: "-1" })),
      ...LINE.map((i) => ({ pauli: `X ${String(i)}`, coeff: "-0.5" })),
    ],
  },
  sweep: {
    jobType: "sampling",
    programs: [SWEEP],
    parameters: JSON.stringify(ANGLES.map((theta) => ({ theta }))),
  },
  pair: { jobType: "multi_manual", programs: [BELL, GHZ], parameters: "" },
};
