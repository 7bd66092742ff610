"""Cpio archives in the "newc" format, the one that the kernel unpacks as its first root file system."""

import stat
from collections.abc import Mapping


def archive(directories: list[str], files: Mapping[str, tuple[int, bytes]]) -> bytes:
    """An archive of directories, then of files (path: permissions and content), all root's, without leading slashes in the paths.

    The kernel makes no parent directories: list them all, parents first.
    """
    entries = [(path, stat.S_IFDIR | 0o755, b"") for path in directories]
    entries += [(path, stat.S_IFREG | mode, content) for path, (mode, content) in files.items()]
    parts = [_entry(inode, *entry) for inode, entry in enumerate(entries, start=1)]
    return b"".join(parts) + _entry(0, "TRAILER!!!", 0, b"")


def _entry(inode: int, path: str, mode: int, content: bytes) -> bytes:
    name = path.encode() + b"\0"
    # inode, mode, uid, gid, links, mtime, size, device major and minor, special device major and minor, name length, checksum
    fields = (inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + name) + _padded(content)


def _padded(data: bytes) -> bytes:
    """Data filled up to a multiple of four bytes, on which every header and content starts."""
    return data + b"\0" * (-len(data) % 4)
