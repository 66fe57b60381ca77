"""Plain Python: what a run, a crop, a service and a library are. Knows no Qt, no HTTP and no disk."""
