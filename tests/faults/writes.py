"""Makes one write below a folder fail for want of space, in this process or in every process of a daemon.

Counted is whatever asks a disk for room: files, folders and names made, bytes written by Python, and what SQLite writes
itself, through the hook it has for its own tests. Half of the bytes of the write that fails are written, as on a disk
that has room for half of them. Opening, making and renaming count too, because names need room; so does syncing, since
network shares and thin disks find out only then. Linux only.

`test_every_write_counts` in test_full_disk.py holds the list against what the kernel sees.
"""

import builtins
import contextlib
import ctypes
import errno
import io
import os
import threading
from pathlib import Path

VARIABLE = "IMPORTER_TEST_WRITES"  # folder : file that counts
_RECORD = 200  # bytes that each write takes in that file


class Writes:
    """What was written, and what will fail, as the process sees it that looks from outside."""

    def __init__(self, log):
        self.log, self._at = Path(log), Path(f"{log}-fails")
        self.log.touch()
        self._at.write_bytes(b"%020d" % 0)

    def fail(self, number):
        """Have the write of this number fail; they are counted from 1 on, from the beginning of the log."""
        with self._at.open("r+b", buffering=0) as file:  # never empty: a daemon may read it at any moment
            file.write(b"%020d" % number)

    def __len__(self):
        return self.log.stat().st_size // _RECORD

    def __getitem__(self, number):
        """Return what the write of this number was: ``mkdir cache/d8``."""
        with self.log.open("rb") as file:
            file.seek((number - 1) * _RECORD)
            return file.read(_RECORD).decode("utf-8", "replace").strip()


class Counter:
    """Counts the writes below `root`, over all processes that use one `log`."""

    def __init__(self, root, log):
        self.root, self._lock, self._write = f"{root}/", threading.Lock(), os.write
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._at = os.open(f"{log}-fails", os.O_RDONLY)

    def fails(self, kind, where):
        """Count one write; return whether it must fail. `where` is a path or a handle."""
        path = _path(where)
        if not path.startswith(self.root):
            return False
        line = f"{kind} {path.removeprefix(self.root)}".encode("utf-8", "replace")
        with self._lock:
            self._write(self._log, line[: _RECORD - 1].ljust(_RECORD - 1) + b"\n")
            number = os.lseek(self._log, 0, os.SEEK_CUR) // _RECORD
        return number == int(os.pread(self._at, 20, 0))

    def check(self, kind, where):
        """Count one write, and raise where it must fail."""
        if self.fails(kind, where):
            raise full(where)


def full(where):
    """Return what the operating system raises on a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), where if isinstance(where, str) else None)


def install():
    """Count in this process, as the environment says; called by sitecustomize.py of daemons under test."""
    counter = Counter(*os.environ[VARIABLE].split(":"))
    _patch(counter, setattr)
    _patch_sqlite(counter)


@contextlib.contextmanager
def counting(root, log):
    """Count in this process until the block ends; what SQLite writes is left alone."""
    before, writes = [], Writes(log)

    def change(owner, name, value):
        before.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    try:
        _patch(Counter(root, log), change)
        yield writes
    finally:
        for owner, name, value in reversed(before):
            setattr(owner, name, value)


def _path(where):
    if isinstance(where, int):
        try:
            return os.readlink(f"/proc/self/fd/{where}")
        except OSError:
            return ""
    return os.path.abspath(os.fsdecode(where))


def _patch(counter, change):
    """Exchange the functions of Python that write; `change` is like setattr."""
    real_open, real_os_open = io.open, os.open

    class Raw(io.FileIO):
        def write(self, data):
            return _halved(counter, "write", self.fileno(), super().write, memoryview(data).cast("B"))

    def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        if not set(mode) & set("wax+") or isinstance(file, int) or not _path(file).startswith(counter.root):
            return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        counter.check("open", os.fsdecode(file))
        raw = Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    def os_open(path, flags, *args, **kwargs):
        if flags & (os.O_CREAT | os.O_TRUNC):
            counter.check("open", path)
        return real_os_open(path, flags, *args, **kwargs)

    def mkdir(path, *args, real=os.mkdir, **kwargs):
        if not os.path.exists(path):  # otherwise it needs no room
            counter.check("mkdir", path)
        return real(path, *args, **kwargs)

    def write(handle, data, real=os.write):
        return _halved(counter, "write", handle, lambda part: real(handle, part), memoryview(data).cast("B"))

    change(io, "open", opened)
    change(builtins, "open", opened)
    change(os, "open", os_open)
    change(os, "write", write)
    change(os, "mkdir", mkdir)
    for name, place in (("rename", 1), ("replace", 1), ("link", 1), ("fsync", 0), ("sendfile", 0)):
        change(os, name, _checked(counter, name, place))


def _halved(counter, kind, handle, real, data):
    if not counter.fails(kind, handle):
        return real(data)
    if len(data) > 1:
        real(data[: len(data) // 2])
    raise full(_path(handle))


def _checked(counter, name, place):
    real = getattr(os, name)

    def function(*args, **kwargs):
        counter.check(name, args[place])
        return real(*args, **kwargs)

    return function


_kept = []  # callbacks that C code has pointers to


def _patch_sqlite(counter):
    """Exchange the system calls that SQLite's own file layer makes, with sqlite3_vfs.xSetSystemCall."""
    library, libc = ctypes.CDLL("libsqlite3.so.0"), ctypes.CDLL(None, use_errno=True)
    library.sqlite3_vfs_find.restype = ctypes.c_void_p
    vfs = library.sqlite3_vfs_find(None)
    # struct sqlite3_vfs: two ints, then one int and pointers; xSetSystemCall is the 19th of 8-byte fields.
    set_call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
        ctypes.c_void_p.from_address(vfs + 8 * 18).value or 0
    )
    size, offset, pointer, number = ctypes.c_ssize_t, ctypes.c_longlong, ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        (b"pwrite", size, (number, pointer, ctypes.c_size_t, offset)),
        (b"pwrite64", size, (number, pointer, ctypes.c_size_t, offset)),
        (b"write", size, (number, pointer, ctypes.c_size_t)),
        (b"fsync", number, (number,)),
    ):
        real = getattr(libc, name.decode())
        real.restype, real.argtypes = result, arguments

        def called(handle, *rest, real=real, name=name.decode(), set_errno=ctypes.set_errno, full=errno.ENOSPC):
            # What raises here would have ctypes return whatever lies there, and SQLite take the write for done.
            with contextlib.suppress(BaseException):
                if not counter.fails(f"sqlite {name}", handle):
                    return real(handle, *rest)
            set_errno(full)
            return -1

        callback = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)(called)
        _kept.append(callback)
        set_call(vfs, name, ctypes.cast(callback, ctypes.c_void_p))
