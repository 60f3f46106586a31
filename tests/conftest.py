"""What holds for all tests: one thread for linear algebra, as in the program's own jobs.

Two threads beside anything else that runs make small matrix products many times slower.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
