"""Programs after the examples of the OpenQASM 3 repository: the same algorithms and constructs."""

from __future__ import annotations

HEAD = 'OPENQASM 3;\ninclude "stdgates.inc";\n'

ADDER = (
    HEAD
    + """
gate maj x0, x1, x2 { cx x2, x1; cx x2, x0; ccx x0, x1, x2; }
gate uma x0, x1, x2 { ccx x0, x1, x2; cx x2, x0; cx x0, x1; }
qubit[1] carry_in; qubit[4] left; qubit[4] right; qubit[1] carry_out;
bit[5] total;
uint[4] left_value = 1; uint[4] right_value = 15;
reset carry_in; reset left; reset right; reset carry_out;
for uint i in [0:3] {
  if (bool(left_value[i])) x left[i];
  if (bool(right_value[i])) x right[i];
}
maj carry_in[0], right[0], left[0];
for uint i in [0:2] { maj left[i], right[i + 1], left[i + 1]; }
cx left[3], carry_out[0];
for uint i in [2:-1:0] { uma left[i], right[i + 1], left[i + 1]; }
uma carry_in[0], right[0], left[0];
measure right[0:3] -> total[0:3];
measure carry_out[0] -> total[4];
"""
)

ARRAYS = """OPENQASM 3.0;
array[int[8], 16] zeros;
array[float[64], 8, 4] table;
array[uint[32], 4] numbers = {5, 6, 7, 8};
array[float[32], 4, 2] pairs = { {0.5, 0.5}, {1.0, 2.0}, {-0.4, 0.7}, {1.3, -2.1e-2} };
array[float[32], 2] row = pairs[0];
const uint[8] SIZE = 2;
array[int[8], SIZE, SIZE] square = {{2+3, 4-1}, {3+8, 12-4}};
uint[8] first = numbers[0];
float[32] single = pairs[2, 1];
numbers[1] = 5;
pairs[3, 0] = -0.45;
numbers[first - 2] = first + 1;
pairs[2] = row;
pairs[0:1] = pairs[2:3];
const uint[32] n_numbers = sizeof(numbers);
const uint[32] n_rows = sizeof(table, 0);
const uint[32] n_columns = sizeof(table, 1);
const uint[32] n_rows = sizeof(table);
def copy_bytes(readonly array[uint[32], 4] source, mutable array[uint[32], 4] target) {
  for uint i in [0:sizeof(source) - 1] { target[i] = source[i]; }
}
def n_cells(readonly array[float[64], #dim=2] of) -> uint[32] {
  uint[32] high = sizeof(of, 0);
  return high * sizeof(of, 1);
}
"""
ARRAYS_END = """
array[uint[32], 4] copied;
copy_bytes(numbers, copied);
output uint[8] last; last = copied[3];
output uint[8] second; second = copied[1];
output uint[8] cells; cells = n_cells(table);
output int[8] corner; corner = square[1][0];
output bool moved; moved = pairs[0, 0] == 0.5 && pairs[1, 0] < -0.44 && row[0] == 0.5;
output uint[8] sizes; sizes = n_numbers * 100 + n_rows * 10 + n_columns;
"""

CONTROLLED_PHASE = (
    HEAD
    + """
gate my_cphase(θ) a, b {
  U(0, 0, θ / 2) a; cx a, b; U(0, 0, -θ / 2) b; cx a, b; U(0, 0, θ / 2) b;
}
qubit[2] q;
my_cphase(π / 2) q[0], q[1];
"""
)

INVERSE_QFT_1 = (
    HEAD
    + """
qubit[4] q; bit[4] c;
reset q; h q; barrier q;
h q[0]; c[0] = measure q[0];
if (int[4](c) == 1) { rz(pi / 2) q[1]; }
h q[1]; c[1] = measure q[1];
if (int[4](c) == 1) { rz(pi / 4) q[2]; }
if (int[4](c) == 2) { rz(pi / 2) q[2]; }
if (int[4](c) == 3) { rz(pi / 2 + pi / 4) q[2]; }
h q[2]; c[2] = measure q[2];
if (int[4](c) == 1) rz(pi / 8) q[3];
if (int[4](c) == 2) rz(pi / 4) q[3];
if (int[4](c) == 3) rz(pi / 4 + pi / 8) q[3];
if (int[4](c) == 4) rz(pi / 2) q[3];
if (int[4](c) == 5) rz(pi / 2 + pi / 8) q[3];
if (int[4](c) == 6) rz(pi / 2 + pi / 4) q[3];
if (int[4](c) == 7) rz(pi / 2 + pi / 4 + pi / 8) q[3];
h q[3]; c[3] = measure q[3];
"""
)

INVERSE_QFT_2 = """
include "stdgates.inc";
qubit[4] q; bit c0; bit c1; bit c2; bit c3;
reset q; h q; barrier q;
h q[0]; measure q[0] -> c0;
if (c0 == 1) { rz(pi / 2) q[1]; }
h q[1]; measure q[1] -> c1;
if (c0 == 1) { rz(pi / 4) q[2]; }
if (c1 == 1) { rz(pi / 2) q[2]; }
h q[2]; measure q[2] -> c2;
if (c0 == 1) { rz(pi / 8) q[3]; }
if (c1 == 1) { rz(pi / 4) q[3]; }
if (c2 == 1) { rz(pi / 2) q[3]; }
h q[3]; measure q[3] -> c3;
"""

PHASE_ESTIMATION = (
    HEAD
    + """
const int[32] n = 10;
const float[32] theta = 3 * pi / 8;
qubit q; qubit r;
angle[n] c;
reset q; reset r; h r;
uint[n] power = 1;
for uint i in [0: n - 1] {
  reset q; h q;
  ctrl @ pow(power) @ phase(theta) q, r;
  inv @ phase(c) q;
  h q;
  measure q -> c[0];
  c <<= 1;
  power <<= 1;
}
"""
)

CORRECTION = (
    HEAD
    + """
qubit[3] q; qubit[2] a; bit[3] c; bit[2] found;
def syndrome(qubit[3] data, qubit[2] helpers) -> bit[2] {
  bit[2] b;
  cx data[0], helpers[0]; cx data[1], helpers[0];
  cx data[1], helpers[1]; cx data[2], helpers[1];
  measure helpers -> b;
  return b;
}
reset q; reset a;
x q[ERROR];
barrier q;
found = syndrome(q, a);
if (int[2](found) == 1) x q[0];
if (int[2](found) == 2) x q[2];
if (int[2](found) == 3) x q[1];
c = measure q;
"""
)

FOURIER = (
    HEAD
    + """
qubit[4] q; bit[4] c;
reset q; x q[0]; x q[2]; barrier q;
h q[0]; cphase(pi / 2) q[1], q[0];
h q[1]; cphase(pi / 4) q[2], q[0]; cphase(pi / 2) q[2], q[1];
h q[2]; cphase(pi / 8) q[3], q[0]; cphase(pi / 4) q[3], q[1]; cphase(pi / 2) q[3], q[2];
h q[3];
c = measure q;
"""
)

TOMOGRAPHY = """
include "stdgates.inc";
gate before q { }
gate after q { }
qubit q; bit c;
reset q; before q; barrier q; h q; barrier q; after q;
c = measure q;
"""

BENCHMARKING = (
    HEAD
    + """
qubit[2] q; bit[2] c;
reset q;
h q[0]; barrier q; cz q[0], q[1]; barrier q;
s q[0]; cz q[0], q[1]; barrier q;
s q[0]; z q[0]; h q[0]; barrier q;
measure q -> c;
"""
)

REPEAT_UNTIL_SUCCESS = (
    HEAD
    + """
def attempt(qubit[2] helpers, qubit psi) -> bit[2] {
  bit[2] b;
  reset helpers; h helpers;
  ccx helpers[0], helpers[1], psi; s psi; ccx helpers[0], helpers[1], psi; z psi;
  h helpers;
  measure helpers -> b;
  return b;
}
qubit data; qubit[2] ancilla; bit[2] flags = "11"; bit result;
reset data; h data;
while (int[2](flags) != 0) {
  flags = attempt(ancilla, data);
}
rz(pi - arccos(3.0 / 5)) data;
h data;
result = measure data;
"""
)

TELEPORT = (
    HEAD
    + """
qubit[3] q; bit c0; bit c1; bit c2;
gate post q { }
reset q;
U(0.3, 0.2, 0.1) q[0];
h q[1]; cx q[1], q[2]; barrier q;
cx q[0], q[1]; h q[0];
c0 = measure q[0]; c1 = measure q[1];
if (c0 == 1) z q[2];
if (c1 == 1) { x q[2]; }
post q[2];
c2 = measure q[2];
"""
)

TELEPORT_CHAIN = (
    HEAD
    + """
const uint[32] n_pairs = 10;
def bell(qubit[2] q) { reset q; h q[0]; cx q[0], q[1]; }
def plus(qubit q) { reset q; h q; }
qubit source; bit result; qubit[2*n_pairs] q;
plus(source);
rz(pi / 4) source;
inv @ rz(pi / 4) source;
bell(q[0:1]);
for uint i in [1: n_pairs - 1] { bell q[{2*i, 2*i + 1}]; }
def hop(qubit from, qubit[2] pair) {
  bit[2] pf;
  cx from, pair[0]; h from;
  pf[0] = measure from; pf[1] = measure pair[0];
  if (pf[0] == 1) z pair[1];
  if (pf[1] == 1) x pair[1];
}
hop(source, q[0:1]);
for uint i in [1: n_pairs - 1] {
  let near = q[2 * i - 1];
  let bp = q[2 * i, 2 * i + 1];
  hop near, bp;
}
let last = q[-1];
h last;
result = measure last;
"""
)


def _probe(magic: int, scratch: int, *, first: bool) -> str:
    """Turns a scratch qubit by consuming a magic state."""
    condition, sign = ("== 1", "-") if first else ("== 0", "")
    return (
        f"cy magic[{magic}], scratch[{scratch}]; temp = ymeasure(magic[{magic}]);"
        f" if (temp {condition}) {{ ry({sign}pi / 2) scratch[{scratch}]; }}\n"
    )


# Where the example writes `cz scratch[3], scratch[2]`, there is no such qubit; the pattern wants 2 and 1.
# Where it corrects the outcome 1 of a turn, its measurement of -Y (`s`, then `h`) wants the outcome 0.
DISTILLATION = "\n".join(
    [
        HEAD + "const uint[8] buffer_size = 2;",
        "def ymeasure(qubit q) -> bit { s q; h q; return measure q; }",
        "def distill(qubit[10] magic, qubit[3] scratch) -> bool {",
        "bit temp; bit[3] checks; bool success;",
        "reset scratch[0:1]; h scratch[1]; cx scratch[1], magic[0]; cx magic[1], scratch[0];",
        "cx magic[0], scratch[0]; cx scratch[1], magic[1]; h magic[1];",
        _probe(2, 0, first=True),
        "reset scratch[2]; h scratch[2]; cz scratch[2], scratch[0];",
        _probe(3, 0, first=False),
        "h scratch[0]; s scratch[0];",
        _probe(4, 1, first=True),
        "cz scratch[2], scratch[1];",
        _probe(5, 1, first=False),
        "cy scratch[0], magic[1]; inv @ s scratch[1]; cz scratch[0], scratch[1]; h scratch[0];",
        "cy scratch[1], magic[1];",
        _probe(6, 0, first=True),
        "cz scratch[2], scratch[1]; cz scratch[2], scratch[0];",
        _probe(7, 0, first=False),
        _probe(8, 1, first=True),
        "cz scratch[2], scratch[1];",
        _probe(9, 1, first=False),
        "h scratch[2]; cx magic[0], scratch[0]; cx scratch[1], magic[1]; cx magic[1], scratch[0];",
        "cx scratch[1], magic[0]; h scratch[1]; checks = measure scratch;",
        "success = ~(bool(checks[0]) | bool(checks[1]) | bool(checks[2])); return success; }",
        "def prepare(qubit[10] magic, qubit[3] scratch) {",
        "bool success; while (~success) {",
        "reset magic; ry(pi / 4) magic; success = distill(magic, scratch); } }",
        "def fill(int[32] num, qubit[33] work, qubit[buffer_size] buffer) -> bit {",
        "int[32] index; bit success_0; bit success_1;",
        "let first = work[0:9]; let pairs_0 = work[10:19]; let pairs_1 = work[20:29];",
        "let scratch = work[30:32];",
        "for int i in [0:9] {",
        "prepare(first, scratch); swap first[0], pairs_0[i]; swap first[1], pairs_1[i]; }",
        "success_0 = distill(pairs_0, scratch); success_1 = distill(pairs_1, scratch);",
        "if (success_0 && index < num) { swap pairs_0[0:1], buffer[index:index + 1]; index += 2; }",
        "if (success_1 && index < num) { swap pairs_1[0:1], buffer[index:index + 1]; index += 2; }",
        "return bit(index >= num); }",
        "def turn(int[32] address, qubit q, qubit[buffer_size] buffer) {",
        "bit outcome; cy buffer[address], q; outcome = ymeasure(buffer[address]);",
        "if (outcome == 0) ry(pi / 2) q; }",
        "qubit[33] workspace; qubit[buffer_size] buffer; qubit[5] q; bit filled; int[32] address;",
        "reset workspace; reset buffer; reset q;",
        "while (!filled) { filled = fill(buffer_size, workspace, buffer); }",
        "h q[0]; cx q[0], q[1]; turn(address, q[0], buffer); address += 1;",
        "cx q[0], q[1]; turn(address, q[1], buffer); address += 1;",
    ]
)

REFUSED = {
    "alignment": (
        'include "stdgates.inc"; stretch g; qubit[3] q; cx q[0], q[1]; delay[g] q[2]; delay[2*g] q[2];',
        "`stretch`",
    ),
    "dd": (
        HEAD + "duration begin = -0.5 * durationof({x $0;}); box { delay[begin] $0; x $0; }",
        "`durationof`",
    ),
    "defcal": (
        'defcalgrammar "openpulse"; defcal x $0 { play drive($0), gaussian(...); }',
        "`defcalgrammar`",
    ),
    "pong": ("defcal pong(angle[32] amp, duration dur) $q { play d0, gaussian(amp, dur) }", "`defcal`"),
    "t1": (
        HEAD + "duration stride = 1us; extern tabulate(int[32], int[32]); bit c0; defcal x $q { play; }",
        "`extern`",
    ),
    "gateteleport": (
        HEAD + "const uint n = 3; extern vote(bit[n]) -> bit; qubit[3] q; bit r; r = vote(measure q);",
        "`extern`",
    ),
    "scqec": (HEAD + "const uint d = 3; extern send(creg[d - 1], int[32]); qubit[d] data;", "`extern`"),
    "vqe": (HEAD + "extern get_npaulis() -> uint[16]; gate e q { } qubit[10] q;", "`extern`"),
}
