"""What is refused: with the right code, at the right place, and always in bounded time."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qumulus.circuits import ProgramError, ReadLimits, read_program

HEAD = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[2] c;\n'
HEAD_2 = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[2];\n'


def refusal(source: str, limits: ReadLimits | None = None) -> ProgramError:
    with pytest.raises(ProgramError) as raised:
        read_program(source, limits or ReadLimits())
    return raised.value


# (program after the head, column on line 2, part of the message, part of the hint)
INVALID = [
    ("hh q[0];", 1, "`hh` is not defined", "did you mean `h`"),
    ("cnot q[0], q[1];", 1, "`cnot` is not defined", "did you mean `cx`"),
    ("ctrl @ hh q[0], q[1];", 8, "`hh` is not defined", "did you mean `h`"),
    ("rzz(1) q[0], q[1];", 1, "`rzz` is not defined", "did you mean"),
    ("h r[0];", 3, "`r` is not declared", None),
    ("h qq[0];", 3, "`qq` is not declared", "did you mean `q`"),
    ("h c[0];", 3, "`c` is not a qubit", None),
    ("h q[3];", 5, "index 3 is out of range: there are 3 qubits", "0 to 2"),
    ("h q[-4];", 5, "index -4 is out of range", None),
    ("h q[0:7];", 7, "index 7 is out of range", None),
    ("h q[0:0:2];", 7, "step", None),
    ("h q[2:1];", 5, "selects nothing", None),
    ("h q[{1, 1}];", 5, "twice", None),
    ("h q[0][0];", 7, "a single qubit cannot be indexed", None),
    ("h q[0.5];", 5, "an index must be an integer", None),
    ("cx q[0];", 1, "acts on 2 qubit(s), not 1", None),
    ("cx q[0], q[1], q[2];", 1, "acts on 2 qubit(s), not 3", None),
    ("cx q[1], q[1];", 10, "used twice", None),
    ("cx q[1], q[-2];", 10, "used twice", None),
    ("cx q, q[1];", 7, "used twice", None),
    ("ctrl @ x q[0], q[0];", 16, "used twice", None),
    ("ctrl @ x q[0];", 1, "acts on 2 qubit(s), not 1", None),
    ("cx q[0:1], q;", 12, "same size: 2 and 3", None),
    ("rx q[0];", 1, "takes 1 parameter(s), not 0", None),
    ("rx(1, 2) q[0];", 1, "takes 1 parameter(s), not 2", None),
    ("h() q[0]; h(1) q[0];", 11, "takes 0 parameter(s), not 1", None),
    ("rx(a) q[0];", 4, "`a` is not declared", None),
    ("rx(1/0) q[0];", 5, "division by zero", None),
    ("rx(sqrt(-1)) q[0];", 4, "no finite real value", None),
    ("rx((-1)**0.5) q[0];", 8, "no finite real value", None),
    ("rx(10.0**400) q[0];", 8, "no finite real value", None),
    ("rx(1e999) q[0];", 4, "too large", None),
    ("rx(1.5 & 1) q[0];", 8, "integers only", None),
    ("rx(popcount(1.5)) q[0];", 4, "integers only", None),
    ("const angle a = 1; rx(int(a)) q[0];", 23, "integers only", None),
    ("rx(sin(1, 2)) q[0];", 4, "takes 1 argument(s), not 2", None),
    ("rx(1 q[0];", 6, "expected `)`", None),
    ("rx(1 +) q[0];", 7, "expected a number", None),
    ("qubit q;", 7, "`q` is already declared", None),
    ("qubit h;", 7, "`h` is already declared", "include file"),
    ("bit pi;", 5, "reserved", None),
    ("qubit[0] r;", 10, "positive size", None),
    ("const uint[-1] n = 3;", 20, "width of a type must be positive", None),
    ("qubit r[2];", 8, "before its name", "qubit[size] r"),
    ("gate h a { x a; }", 6, "`h` is already declared", None),
    ("gate g a { x b; }", 14, "`b` is not a qubit of this gate", None),
    ("gate g a { x a[0]; }", 15, "cannot be indexed", None),
    ("gate g a { g a; }", 12, "`g` is not defined", None),
    ("gate g a, a { }", 6, "different names", None),
    ("gate g a, b { cx a, a; }", 21, "used twice", None),
    ("gate g a { measure a; }", 12, "cannot stand in a gate", None),
    ("gate g a { x a;", 16, "found the end of the program", None),
    ("gate g(t) a { rx(1/t) a; } g(0) q[0];", 19, "division by zero", None),
    ("measure q -> c;", 14, "3 qubit(s) cannot be measured into 2", None),
    ("c = measure q;", 1, "3 qubit(s) cannot be measured into 2", None),
    ("measure q[0] -> q[1];", 17, "`q` is not a bit", None),
    ("barrier q[0], q;", 15, "named twice", None),
    ("delay[-1ns] q;", 7, "negative", None),
    ("h $0;", 3, "either declared qubits or hardware qubits", None),
    ('include "/etc/passwd";', 9, "'/etc/passwd' cannot be included", "only stdgates.inc"),
    ('include "qelib1.inc', 9, "unexpected character", "not closed"),
    ("/* never", 1, "never closed", None),
    ("OPENQASM 3.0;", 1, "must be the first", None),
    ("h q[0]", 7, "expected `;`", None),
    ("h q[0] q[1];", 8, "expected", None),
    ("c[0] = ;", 8, "", None),
    ("let a = q ++ c;", 14, "either qubits or classical bits", None),
    ("let a = q ++ q[0];", 5, "twice", None),
    ("const int n = 2.5; const int[2] m = 2;", 37, "does not fit", None),
    ("ctrl(0) @ x q[0];", 1, "from 1 to", None),
    ("pow @ x q[0];", 5, "expected `(`", None),
    ("pow(1e300) @ x q[0];", 1, "too large", None),
    ("5;", 1, "expected a statement", None),
    ("h q[0]; \x00", 9, "unexpected character", None),
]


@pytest.mark.parametrize(("text", "column", "message", "hint"), INVALID)
def test_an_invalid_program_is_refused_at_its_place(
    text: str, column: int, message: str, hint: str | None
) -> None:
    error = refusal(HEAD + text)
    assert message in error.message
    assert (error.line, error.column) == (2, column), error
    assert error.code == ("unsupported_instruction" if message == "" else "invalid_program")
    if hint is not None:
        assert error.hint is not None
        assert hint in error.hint


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("qubit r;", 1), ("bit d;", 1), ("ctrl @ x q[0], q[1];", 1), ("c = measure q;", 1), ("let a = q;", 1),
        ("const int n = 1;", 1), ("delay[1ns] q;", 1),
        ("for int i in [0:1] { x q; }", 1), ("measure q[0];", 1),
        ("h $0;", 3),
    ],
)  # fmt: skip
def test_version_2_has_nothing_of_version_3(text: str, column: int) -> None:
    error = refusal(HEAD_2 + text)
    assert (error.code, error.line, error.column) == ("invalid_program", 2, column)
    assert error.hint == "start the program with `OPENQASM 3.0;`"


@pytest.mark.parametrize(
    ("text", "column", "named"),
    [
        ("if (c[0]) x q[0];", 1, "`if`"),
        ("for int i in [0:2] { x q[i]; }", 1, "`for`"),
        ("while (true) { }", 1, "`while`"),
        ("switch (c) { }", 1, "`switch`"),
        ("def f() { }", 1, "`def`"),
        ("input float a;", 1, "`input`"),
        ("output bit a;", 1, "`output`"),
        ("int i = 1;", 1, "`int`"),
        ("float[64] i;", 1, "`float`"),
        ("bool b;", 1, "`bool`"),
        ("angle a;", 1, "`angle`"),
        ("array[int, 3] a;", 1, "`array`"),
        ("box { x q[0]; }", 1, "`box`"),
        ("cal { }", 1, "`cal`"),
        ("defcal x $0 { }", 1, "`defcal`"),
        ("extern f() -> bit;", 1, "`extern`"),
        ("stretch a;", 1, "`stretch`"),
        ("duration a = 1ns;", 1, "`duration`"),
        ("end;", 1, "`end`"),
        ("pragma x", 1, "`pragma`"),
        ("#pragma x", 1, "pragmas"),
        ("@reversible\nx q[0];", 1, "annotations"),
        ("{ x q[0]; }", 1, "blocks"),
        ("c[0] = 1;", 8, "measurement"),
        ('bit[2] d = "00";', 12, "measurement"),
        ("const bool b = true;", 7, "`bool`"),
        ("delay[10dt] q[0];", 7, "`dt`"),
        ("delay[a] q[0];", 7, "unit"),
        ("rx(1 < 2) q[0];", 6, "`<`"),
        ("rx(1ns) q[0];", 4, "a duration"),
        ("rx(2im) q[0];", 4, "a complex number"),
        ("rx(c) q[0];", 4, "`c` is not a numeric constant"),
        ("opaque g a; g q[0];", 13, "opaque"),
        ("gate g a, b { h a; cx a, b; } pow(0.5) @ g q[0], q[1];", 31, "`g` has no closed form"),
        ("gate g a { for int i in [0:1] { x a; } }", 12, "`for`"),
    ],
)
def test_the_rest_of_the_language_is_named_never_ignored(text: str, column: int, named: str) -> None:
    error = refusal(HEAD + text)
    assert named in error.message
    assert (error.code, error.line, error.column) == ("unsupported_instruction", 2, column)


def test_an_if_of_version_2_is_unsupported() -> None:
    error = refusal(HEAD_2 + "if (c==1) x q[0];")
    assert (error.code, error.line, error.column) == ("unsupported_instruction", 2, 1)


def test_a_suggestion_is_looked_for_among_a_bounded_number_of_short_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    find = difflib.get_close_matches

    def finding(word: str, names: list[str], **how: Any) -> list[str]:
        compared.append(len(word) + sum(map(len, names)))
        return find(word, names, **how)

    monkeypatch.setattr(difflib, "get_close_matches", finding)
    gates = "".join(f"gate {name}{k:04} a {{ x a; }} " for k in range(3000) for name in ("g", "w" * 80))
    assert (refusal(f"{HEAD}{gates} g012 q[0];").hint or "").startswith("did you mean `g0")
    assert refusal(f"{HEAD}{gates} {'w' * 99} q[0];").hint is None
    assert len(compared) == 2
    assert max(compared) < 20_000


@pytest.mark.parametrize("version", ["1.0", "4.0", "33", '"3"'])
def test_other_versions_of_the_language_are_refused(version: str) -> None:
    assert refusal(f"OPENQASM {version};").column == 10


def test_a_gate_without_its_include_says_which() -> None:
    assert refusal("qubit q; h q;").hint == 'add `include "stdgates.inc";`'
    assert refusal("OPENQASM 2.0; qreg q[1]; h q[0];").hint == 'add `include "qelib1.inc";`'


def doubling_gates(levels: int, base: str) -> str:
    lines = [f"gate g0 a {{ {base} }}"]
    lines += [f"gate g{k} a {{ g{k - 1} a; g{k - 1} a; }}" for k in range(1, levels)]
    return "\n".join(lines) + f"\ng{levels - 1} q[0];"


def wrapped_gates(levels: int) -> str:
    """Many operations, copied through many levels."""
    text = doubling_gates(20, "x a;").rsplit("\n", 1)[0]
    text += "".join(f"\ngate g{k} a {{ g{k - 1} a; }}" for k in range(20, levels))
    return f"{text}\ng{levels - 1} q[0];"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("qubit[1000000000] r;", "too_many_qubits"),
        ("qubit[10**9] r;", "too_many_qubits"),
        ("qubit[4998] r;", "too_many_qubits"),
        ("bit[1000000000] r;", "limit_exceeded"),
        (f"rx({'(' * 20_000}1{')' * 20_000}) q[0];", "limit_exceeded"),
        (f"rx({'-' * 20_000}1) q[0];", "limit_exceeded"),
        (f"rx({'sin(' * 20_000}1) q[0];", "limit_exceeded"),
        (f"rx({'2**' * 20_000}1) q[0];", "limit_exceeded"),
        (f"rx(9{'**9' * 20}) q[0];", "invalid_program"),
        (f"rx({'9' * 100_000}) q[0];", "invalid_program"),
        ("rx(1 << 10**9) q[0];", "invalid_program"),
        (f"{'inv @ ' * 100_000}x q[0];", "limit_exceeded"),
        (doubling_gates(31, "x a;"), "limit_exceeded"),
        (doubling_gates(60, ""), None),
        (doubling_gates(31, "inv @ x a;"), "limit_exceeded"),
        (doubling_gates(66, ""), "limit_exceeded"),
        (wrapped_gates(60), "limit_exceeded"),
        ("gate g a, b { cx a, b; h a; } pow(10**9) @ g q[0], q[1];", "limit_exceeded"),
        ("x q;\n" * 400_000, "limit_exceeded"),
        ("x" * 3_000_000, "invalid_program"),
        ("x " * 1_500_000, "invalid_program"),
        ("a;" * 1_500_000, "invalid_program"),
        ("(" * 3_000_000, "invalid_program"),
        ("/*" * 1_500_000, "invalid_program"),
        ("//\n" * 1_000_000, None),
        (";" * 3_000_000, None),
        ("x q[0];\n" * 1_000_001, "limit_exceeded"),
        (" " * 5_000_000, "limit_exceeded"),
        ("é" * 2_200_000, "limit_exceeded"),
        (f"rx({'+'.join('1' * 500_000)}) q[0];", None),
        (f"x q[0:{'(' * 100_000}", "limit_exceeded"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else str(value),
)
@pytest.mark.timeout(30)
def test_every_cap_ends_in_an_answer(text: str, code: str | None) -> None:
    source = HEAD + text
    if code is None:
        read_program(source)
    else:
        assert refusal(source).code == code


def test_memory_is_bounded_where_gates_and_barriers_are_wide() -> None:
    names = ",".join(f"a{k}" for k in range(2000))
    wide = f"qubit[2000] r; gate g {names} {{ {f'ctrl(1999) @ x {names};' * 50} }}"
    operands = ",".join(f"r[{k}]" for k in range(2000))
    limits = ReadLimits(operations=10_000)
    assert refusal(HEAD + wide + f"g {operands};" * 10, limits).code == "limit_exceeded"
    barriers = "".join(f"barrier r[0:{1900 + k % 100}];" for k in range(2000))
    assert refusal(HEAD + "qubit[2000] r;" + barriers, limits).code == "limit_exceeded"


def test_limits_can_be_set() -> None:
    assert refusal(HEAD, ReadLimits(qubits=2)).code == "too_many_qubits"
    assert refusal(HEAD, ReadLimits(clbits=1)).code == "limit_exceeded"
    assert refusal(HEAD, ReadLimits(source_bytes=10)).code == "limit_exceeded"
    assert refusal(HEAD + "x q;", ReadLimits(operations=2)).code == "limit_exceeded"
    assert refusal(HEAD + "rx((((1)))) q[0];", ReadLimits(nesting=2)).code == "limit_exceeded"
    assert refusal("reset $9;", ReadLimits(qubits=9)).code == "too_many_qubits"
    assert len(read_program(HEAD + "x q;", ReadLimits(operations=3)).operations) == 3


WORDS = """
    OPENQASM 3.0 2.0 ; include qubit qreg bit creg [ ] { } ( ) 2 0 -1 1.5 q c a b h cx rx u3 U gphase
    ctrl negctrl inv pow @ measure -> = : , gate opaque barrier reset delay 100ns let ++ const int pi
    sin + - * / ** % ^ $0 $99999 if for # // /* */ ' 𝒳 1e999 0x 0b2 swap rccx q[0] q[1]
"""
PIECES = [
    *WORDS.split(),
    *('"stdgates.inc"', '"qelib1.inc"', '"', "\n", "\x00", "9" * 50, "h q;", "qubit[3] q;", "bit[3] c;"),
]
STARTS = [
    "",
    HEAD,
    HEAD_2,
    HEAD + "gate g(t) a, b { rx(t) a; cx a, b; } ",
    'include "stdgates.inc"; qubit[2] q; ',
]


@given(
    start=st.sampled_from(STARTS),
    pieces=st.lists(st.sampled_from(PIECES), max_size=25),
    gap=st.sampled_from([" ", ""]),
)
@example(start=HEAD, pieces=["rx(", "9" * 50, "**", "-", "9" * 50, ") q;"], gap="")
@settings(max_examples=600, deadline=None)
def test_token_soup_raises_nothing_but_program_errors(start: str, pieces: list[str], gap: str) -> None:
    assert_answers(start + gap.join(pieces))


@given(
    st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")),
    st.sampled_from(STARTS),
)
@settings(max_examples=400, deadline=None)
def test_random_text_raises_nothing_but_program_errors(text: str, start: str) -> None:
    assert_answers(start + text)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_broken_program_raises_nothing_but_program_errors(data: st.DataObject) -> None:
    program = HEAD + (
        "const float f = 0.3; gate g(t) a, b { ctrl @ rx(t/2) a, b; barrier a; inv @ u3(t, f, 1) b; }\n"
        "let r = q[0:1] ++ q[2]; g(f**2) r[0], q[-1]; pow(0.5) @ ctrl @ swap q[2], q[1], q[0];\n"
        "delay[1.5us] q; c[0] = measure q[1]; measure q[{1, 2}] -> c; reset q; h $1;"
    )
    at = data.draw(st.integers(0, len(program)))
    cut = data.draw(st.integers(0, 6))
    assert_answers(program[:at] + data.draw(st.sampled_from(["", *PIECES])) + program[at + cut :])


def assert_answers(source: str) -> None:
    error = None
    try:
        read_program(source, ReadLimits(operations=2000))
    except ProgramError as refused:
        error = refused
    if error is None or not error.line:
        return
    lines = source.split("\n")
    assert error.message
    assert error.code in ("invalid_program", "unsupported_instruction", "too_many_qubits", "limit_exceeded")
    assert 1 <= error.line <= len(lines)
    assert 1 <= error.column <= len(lines[error.line - 1]) + 1
