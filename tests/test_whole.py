"""Files written whole: whatever ends the writing, the old file is as it was, and nothing lies beside it."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_cli import DAY, MINI, PROJECT, SOURCE, run

from govproj_rules import InvalidInput
from govproj_rules.whole import write_whole

OLD, NEW = b"old\n", b"new\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(OLD)
    return tmp_path


def listed(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(path: Path, **how: bool) -> tuple[str, str]:
    """The code and the message of the one problem with writing a file."""
    with pytest.raises(InvalidInput) as caught:
        write_whole(path, NEW, **how)
    (problem,) = caught.value.problems
    assert problem.help
    assert problem.file == str(path).replace("\0", "\\x00")
    return problem.code, problem.message


# --- what is written --------------------------------------------------------------------------------


@pytest.mark.parametrize("lasting", [True, False])
def test_a_file_is_replaced_or_made(folder: Path, lasting: bool) -> None:
    write_whole(folder / "file", NEW, lasting=lasting)
    write_whole(folder / "other", NEW, lasting=lasting)
    assert listed(folder) == {"file": NEW, "other": NEW}


def test_a_new_file_has_the_permissions_of_any_new_file(folder: Path) -> None:
    (folder / "plain").touch()
    for how in (True, False):
        write_whole(folder / f"new {how}", NEW, new=how)
        assert (folder / f"new {how}").stat().st_mode == (folder / "plain").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_permissions(folder: Path, mode: int) -> None:
    (folder / "file").chmod(mode)
    write_whole(folder / "file", NEW)
    assert stat.S_IMODE((folder / "file").stat().st_mode) == mode


def test_a_link_is_followed(folder: Path) -> None:
    (folder / "inner").mkdir()
    for name in ("inner/there", "inner/not yet"):
        link = folder / f"link to {Path(name).name}"
        link.symlink_to(name)
        write_whole(link, NEW)
        assert link.is_symlink()
        assert (folder / name).read_bytes() == NEW
        assert not (folder / name).is_symlink()


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["n" * 255]


# --- what is refused --------------------------------------------------------------------------------


def test_a_new_file_takes_no_name_of_another(folder: Path) -> None:
    (folder / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        assert refused(folder / name, new=True) == ("file-exists", "the file is there already")
    assert listed(folder) == {"file": OLD}


def test_a_name_taken_at_the_last_moment_stays_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: (folder / "late").write_bytes(OLD))
    assert refused(folder / "late", new=True)[0] == "file-exists"
    assert listed(folder) == {"file": OLD, "late": OLD}


def test_where_files_have_one_name_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    write_whole(folder / "new", NEW, new=True)
    assert refused(folder / "file", new=True)[0] == "file-exists"
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(folder / "other", NEW, new=True)
    assert listed(folder) == {"file": OLD, "new": NEW}


def test_what_is_no_file_is_not_replaced(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "to itself").symlink_to("to itself")
    assert refused(folder) == ("is-directory", "this is a folder, not a file")
    assert refused(folder / "pipe") == ("unwritable-file", "this is no ordinary file")
    assert refused(Path(os.devnull)) == ("unwritable-file", "this is no ordinary file")
    for path in (folder / "no" / "file", folder / "file" / "in a file", folder / "to itself", folder / "\0"):
        assert refused(path) == ("unwritable-file", "the file cannot be written")
    assert listed(folder) == {"file": OLD}


def test_a_file_that_may_not_be_written_is_not_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path).name == "file" and mode == os.W_OK))
    assert refused(folder / "file") == ("unwritable-file", "the file may not be written")
    assert listed(folder) == {"file": OLD}


# --- what goes wrong meanwhile ----------------------------------------------------------------------


def interrupted(*_: object) -> Any:
    raise KeyboardInterrupt


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("of", "name", "new"),
    [(os, "fsync", False), (os, "fsync", True), (Path, "replace", False), (os, "link", True)],
)
def test_ctrl_c_leaves_the_old_file_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, of: Any, name: str, new: bool
) -> None:
    monkeypatch.setattr(of, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(folder / ("new" if new else "file"), NEW, new=new)
    assert listed(folder) == {"file": OLD}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "fsync", failing(number))
    full = number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    assert refused(folder / "file")[0] == ("disk-full" if full else "unwritable-file")
    assert listed(folder) == {"file": OLD}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_written_through(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    real = os.fsync

    def sync(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(number, os.strerror(number))
        real(file)

    monkeypatch.setattr(os, "fsync", sync)
    write_whole(folder / "file", NEW)
    assert listed(folder) == {"file": NEW}


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = os.fsync, list[tuple[bool, bytes]]()

    def sync(file: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(file).st_mode), (folder / "file").read_bytes()))
        real(file)

    monkeypatch.setattr(os, "fsync", sync)
    write_whole(folder / "file", NEW)
    assert seen == [(False, OLD), (True, NEW)]


# --- the commands -----------------------------------------------------------------------------------

CHECK = ("check", PROJECT, "--city", MINI, *DAY, "--record", "file")
WAITING = """
import os, sys
from govproj_rules.__main__ import main
def waiting(_):
    print("writing", flush=True, file=sys.stderr)
    sys.stdin.read()
os.fsync = waiting
main()
"""
BOUNDED = """
import resource
from govproj_rules.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
main()
"""


def start(code: str, folder: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": SOURCE, "PYTHONDONTWRITEBYTECODE": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", code, *CHECK], cwd=folder, env=env, **pipes)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_while_a_record_is_written(folder: Path, sent: signal.Signals) -> None:
    """The process waits where the bytes are on their way to the disk, and says that it does."""
    with start(WAITING, folder) as process:
        assert process.stderr
        assert process.stderr.readline() == b"writing\n"
        assert len(listed(folder)) == 2
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    left = {"file": OLD}
    if sent == signal.SIGKILL:  # nothing can be tidied up then
        assert [name for name in listed(folder) if name.startswith(".govproj-") and name.endswith(".tmp")]
        assert listed(folder)["file"] == OLD
    else:
        assert (process.returncode, out, err) == (130, b"", b"")
        assert listed(folder) == left


def test_a_full_disk_while_a_record_is_written(folder: Path) -> None:
    with start(BOUNDED, folder) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out.decode().startswith("✗ 不合规")  # the answer itself has been made
    assert (
        err.decode() == "file: no room left to write the file [disk-full]\n  help: what was there before is as it was\n"
    )
    assert listed(folder) == {"file": OLD}


@pytest.mark.parametrize(
    ("out", "code"), [("no/file", "unwritable-file"), (".", "is-directory"), ("/dev/null", "unwritable-file")]
)
def test_a_record_that_cannot_be_written_is_told(folder: Path, out: str, code: str) -> None:
    got, told, err = run(*CHECK[:-1], out, cwd=folder)
    assert got == 2
    assert told.startswith("✗ 不合规")
    assert err.startswith(f"{out}: ")
    assert f"[{code}]\n  help: " in err
    assert listed(folder) == {"file": OLD}
