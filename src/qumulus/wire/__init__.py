"""JSON shapes of the APIs, as msgspec structs; the forms of ``job_info`` are told apart here only."""
