"""A Windows job object: limits the memory of a child process and all it starts, and kills them when it is closed.

https://learn.microsoft.com/windows/win32/procthread/job-objects. Fixed-width types: the layout is that of 64-bit
Windows whatever machine looks at it.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int32, c_int64, c_uint32, c_uint64

_KILL_ON_JOB_CLOSE = 0x2000
_DIE_ON_UNHANDLED_EXCEPTION = 0x400  # no crash dialogue that waits for a click
_JOB_MEMORY = 0x200
_EXTENDED_LIMIT_INFORMATION = 9
_IMPORTS_MB = 1024  # committed by the interpreter, numpy and OpenBLAS's buffers before the function starts


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", c_int64),
        ("PerJobUserTimeLimit", c_int64),
        ("LimitFlags", c_uint32),
        ("MinimumWorkingSetSize", c_uint64),
        ("MaximumWorkingSetSize", c_uint64),
        ("ActiveProcessLimit", c_uint32),
        ("Affinity", c_uint64),
        ("PriorityClass", c_uint32),
        ("SchedulingClass", c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; six of its fields are the I/O counters."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", c_uint64 * 6),
        ("ProcessMemoryLimit", c_uint64),
        ("JobMemoryLimit", c_uint64),
        ("PeakProcessMemoryUsed", c_uint64),
        ("PeakJobMemoryUsed", c_uint64),
    )


class Job:
    """An open job object."""

    def __init__(self, memory_mb: int) -> None:
        self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
        handle = ctypes.c_void_p
        self._kernel.CreateJobObjectW.restype = handle
        self._kernel.CreateJobObjectW.argtypes = (handle, ctypes.c_wchar_p)
        self._kernel.SetInformationJobObject.argtypes = (handle, c_int32, handle, c_uint32)
        self._kernel.AssignProcessToJobObject.argtypes = (handle, handle)
        self._kernel.CloseHandle.argtypes = (handle,)
        self._handle = self._checked(self._kernel.CreateJobObjectW(None, None))
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = _KILL_ON_JOB_CLOSE | _DIE_ON_UNHANDLED_EXCEPTION | _JOB_MEMORY
        limits.JobMemoryLimit = (memory_mb + _IMPORTS_MB) * 2**20
        size = ctypes.sizeof(limits)
        self._checked(
            self._kernel.SetInformationJobObject(self._handle, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), size)
        )

    def add(self, process: int) -> None:
        """Put the process with this handle, and all it will start, into the job."""
        self._checked(self._kernel.AssignProcessToJobObject(self._handle, process))

    def close(self) -> None:
        """Kill what is left in the job."""
        self._kernel.CloseHandle(self._handle)

    @staticmethod
    def _checked(result: int | None) -> int:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())  # type: ignore[attr-defined]
        return result
