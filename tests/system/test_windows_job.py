import ctypes

from importer.system.windows_job import BasicLimits, ExtendedLimits


def test_structures_have_the_sizes_of_64_bit_windows():
    # sizeof() of winnt.h's structures, compiled for x64.
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
