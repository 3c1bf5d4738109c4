"""Found by every Python process of a daemon under test, which has this folder on its path."""

import os

if "IMPORTER_TEST_WRITES" in os.environ:
    from tests.faults.writes import install

    install()
