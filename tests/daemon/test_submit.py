"""When many pictures at once are a batch, and what makes a job another one."""

from dataclasses import replace

from importer.daemon.queue.jobs import Order
from importer.daemon.submit import Rate
from importer.pipeline.stages import STAGES


def test_pictures_of_the_last_minute_are_counted_together():
    rate = Rate()
    assert rate.of(15, now=0.0) == 15
    assert rate.of(10, now=30.0) == 25  # a folder that is copied in arrives in many small parts
    assert rate.of(1, now=75.0) == 11
    assert rate.of(1, now=1000.0) == 1


def test_a_job_is_its_picture_profile_and_versions():
    order = Order("a.png", "a", "0" * 64, {"scale": {"height": 1.0}})
    same = Order("a.png", "a", "0" * 64, {"scale": {"height": 1.0}})
    newer = [replace(stage, version=stage.version + 1) if stage.name == "surface" else stage for stage in STAGES]
    job = order.job("project", STAGES)
    assert same.job("project", STAGES) == job
    others = (
        Order("a.png", "a", "1" * 64, order.profile).job("project", STAGES),
        Order("a.png", "a", "0" * 64, {"scale": {"height": 2.0}}).job("project", STAGES),
        order.job("project", newer),
        order.job("another", STAGES),
    )
    assert len({job, *others}) == 5
