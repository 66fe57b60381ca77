"""Runs first in the frozen program: gives what it starts the library path that a person's other programs have.

PyInstaller's boot loader points LD_LIBRARY_PATH at the bundle. This process has been linked by now and no longer needs
it; a browser or a file manager that is opened from here would load our libraries instead of its own.
"""

import os

if "LD_LIBRARY_PATH_ORIG" in os.environ:
    os.environ["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH_ORIG"]
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
