import errno

import pytest

from importer.daemon.tell import one_at_a_time
from importer.pipeline.events import Event


def test_log_on_a_full_disk_ends_no_work_and_one_that_nobody_reads_does():
    def log(event):
        raise OSError(int(event.message), "no log")

    tell = one_at_a_time(log)
    for number in (errno.ENOSPC, errno.EDQUOT):
        tell(Event("building", message=str(number)))
    with pytest.raises(BrokenPipeError):
        tell(Event("building", message=str(errno.EPIPE)))


def test_name_that_is_no_text_can_be_printed():
    told = []
    one_at_a_time(told.append)(Event("queued", "caf\udce9.png"))
    assert told[0].picture.encode() == b"caf?.png"
