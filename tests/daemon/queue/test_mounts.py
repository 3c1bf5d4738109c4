from pathlib import Path

import pytest

from importer.daemon.queue.mounts import _kind, network_share

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/props /mnt/props nfs4 rw 0 0
//server/art /mnt/my\040art cifs rw 0 0
tmpfs /mnt/props/local tmpfs rw 0 0
none /mnt/props/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/props", "ext4"),
        ("/mnt/props", "nfs4"),
        ("/mnt/props/chairs/.importer", "nfs4"),
        ("/mnt/propsy", "ext4"),
        ("/mnt/my art/x", "cifs"),
        ("/mnt/props/local/x", "ext4"),
    ],
)
def test_deepest_and_last_mount_counts(tmp_path, folder, kind):
    (tmp_path / "mounts").write_text(MOUNTS)
    assert _kind(Path(folder), tmp_path / "mounts") == kind


def test_local_folder_is_no_share(tmp_path):
    assert network_share(tmp_path) == ""
