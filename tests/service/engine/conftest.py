"""The engine's tests run as the service does: one BLAS thread, set before numpy is loaded."""

import os

# Two BLAS threads gain the engine nothing and, beside other busy processes, spin: the suite was ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
