"""All of OpenQASM 3's classical language: types, values, control flow, subroutines.

The reference parser makes the tree; what is here walks it, once for programs whose control flow no
measurement decides, else for each path of outcomes.
"""
