"""Results against independent computations: Qiskit's ``quantum_info``, plain numpy, closed formulas."""
