import threading
import time

from importer.daemon.turns import Turns, default_jobs, gpus, in_turn
from importer.pipeline.events import Event


def test_gpu_stage_waits_for_the_gpu_and_others_for_a_core(tmp_path):
    one, other = (Turns("0", cores=2, folder=tmp_path) for _ in range(2))
    one(Event("started", stage="predict"))
    other(Event("started", stage="bake"))  # on a core, so at once
    other(Event("finished", stage="bake"))
    entered = threading.Event()

    def second():
        other(Event("started", stage="predict"))
        entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not entered.wait(0.3)
    one(Event("finished", stage="predict"))
    assert entered.wait(10)
    thread.join()
    other.release()


def test_as_many_cpu_stages_run_as_there_are_cores(tmp_path):
    turns = [Turns(cores=2, folder=tmp_path) for _ in range(3)]
    for turn in turns[:2]:
        turn(Event("started", stage="predict"))  # no GPU: a stage like the others
    thread = threading.Thread(target=turns[2], args=[Event("started", stage="lods")])
    thread.start()
    time.sleep(0.2)
    assert thread.is_alive()
    turns[0].release()  # its stage has failed
    thread.join(10)
    assert not thread.is_alive()


def test_turn_is_taken_after_the_start_is_told_and_returned_before_the_end_is(tmp_path):
    said = []

    class Spy(Turns):
        def __call__(self, event):
            said.append(("turn", event.kind))

    listen = in_turn(Spy(folder=tmp_path), lambda event: said.append(("told", event.kind)))
    for kind in ("started", "finished", "cached"):
        listen(Event(kind))
    assert said == [
        ("told", "started"),
        ("turn", "started"),
        ("turn", "finished"),
        ("told", "finished"),
        ("told", "cached"),
    ]


def test_gpus_are_those_that_cuda_may_see(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, 3")
    assert gpus() == ["2", "3"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert gpus() == []


def test_builds_at_a_time_keep_to_cores_and_memory():
    assert [default_jobs(cores, memory) for cores, memory in ((1, 2), (2, 64), (16, 64), (16, 9))] == [1, 1, 8, 2]
