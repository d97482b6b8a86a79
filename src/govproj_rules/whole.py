"""Files and folders written whole or not at all: whoever looks finds what was there before, or all that is there now."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from govproj_rules.errors import InvalidInput, Problem, visible

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a file system says that is full."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
"""What a file system says that cannot give a file a second name."""
_NO_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF})
"""What a file system says that has no use for writing a folder through."""


class _NoFile(OSError):
    """What is there is a device, a pipe or the like."""


def write_whole(path: Path, data: bytes, *, new: bool = False, lasting: bool = True) -> None:
    """Write ``data`` to a file, in place of what was there; with ``new``, only where nothing is.

    The bytes go to a file beside it, which takes the name once they are on the disk. Whatever ends the writing before
    that (a full disk, an error, Ctrl-C) leaves the old file as it was, and nothing beside it; only a process that is
    killed outright may leave a ``.govproj-….tmp`` behind. A link is followed, a file keeps its permissions, one that
    may not be written is not replaced, and what is no ordinary file is refused. Without ``lasting`` nothing waits for
    the disk: for what can be made again. Raises :class:`InvalidInput` where the file cannot be written.
    """
    try:
        if new:
            _write(path, data, None, new, lasting)
        else:
            target = Path(os.path.realpath(path))  # else the link would be replaced, not the file it leads to
            _write(target, data, _permissions(target), new, lasting)
    except (OSError, ValueError) as error:
        raise InvalidInput([_unwritten(path, error)]) from None


@contextmanager
def room_beside(path: Path) -> Iterator[Path]:
    """A folder for what is made on the way to ``path``: beside it, so that what is whole takes the name in one step.

    It is gone afterwards, whatever happens, with all that was not moved out of it; only a process that is killed
    outright may leave a ``.govproj-….tmp`` behind. The folder that ``path`` is in must be there.
    """
    import shutil
    from tempfile import mkdtemp  # most commands write no folder, and it takes a while to load

    room = Path(mkdtemp(prefix=".govproj-", suffix=".tmp", dir=path.absolute().parent))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _permissions(target: Path) -> int | None:
    """Those of the file that is there, if one is; raises where it is not to be replaced."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):  # a device or a pipe must not be replaced by a file
        raise _NoFile
    if not os.access(target, os.W_OK):  # the folder's permission alone would do for replacing it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(found.st_mode) & 0o777


def _write(target: Path, data: bytes, permissions: int | None, new: bool, lasting: bool) -> None:
    if new and os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    beside = target.with_name(f".govproj-{os.urandom(8).hex()}.tmp")  # a name nobody else takes, however long theirs
    try:
        with beside.open("xb") as stream:
            if permissions is not None:
                beside.chmod(permissions)
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        if new:
            _name_anew(beside, target)
        else:
            beside.replace(target)
    except BaseException:  # Ctrl-C is no Exception
        beside.unlink(missing_ok=True)
        raise
    if lasting:
        sync_folder(target.parent)


def _name_anew(beside: Path, target: Path) -> None:
    """Give a file a name that is still free; unlike renaming, a second link never takes one from another file."""
    try:
        os.link(beside, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        beside.unlink()
        return
    with target.open("xb"):  # takes the name, empty for the moment
        pass
    try:
        beside.replace(target)
    except BaseException:  # after Ctrl-C too: the empty file was only to hold the name
        target.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """The new name is on the disk too; Windows has no such thing, nor have some file systems."""
    if os.name == "nt":
        return
    found = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(found)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(found)


def _unwritten(path: Path, error: Exception) -> Problem:
    shown = visible(str(path))
    number = error.errno if isinstance(error, OSError) else None
    match error:
        case FileExistsError():
            help = "nothing is overwritten; name another with -o"
            return Problem("file-exists", "the file is there already", help, shown)
        case IsADirectoryError():
            return Problem("is-directory", "this is a folder, not a file", "name a file in it", shown)
        case _NoFile():
            return Problem("unwritable-file", "this is no ordinary file", "name a file that may be replaced", shown)
        case PermissionError():
            return Problem("unwritable-file", "the file may not be written", "ask for permission to write it", shown)
        case _ if number in NO_ROOM:
            return Problem("disk-full", "no room left to write the file", "what was there before is as it was", shown)
        case _:
            return Problem("unwritable-file", "the file cannot be written", "check that its folder is there", shown)
