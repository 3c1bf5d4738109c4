import torch

from training.losses import volume_losses


def test_a_solid_that_does_not_look_like_the_picture_teaches_nothing():
    count = torch.zeros(2, 16, 16, 16, dtype=torch.uint8)
    count[:, 4:12, 4:12, 4:12] = 8
    mask = torch.zeros(2, 16, 16, dtype=torch.bool)
    mask[0, 4:12, 4:12] = True
    mask[1, 4:6, 4:12] = True  # most of its faces look away from the camera
    logits = torch.randn(2, 16, 16, 16, generator=torch.Generator().manual_seed(0), requires_grad=True)
    torch.stack(volume_losses(logits, count, mask)).sum().backward()
    assert logits.grad is not None and logits.grad[0].abs().max() > 0 and (logits.grad[1] == 0).all()


def test_overlap_is_one_minus_intersection_over_union():
    count = torch.zeros(1, 32, 32, 32, dtype=torch.uint8)
    count[:, 8:24, 8:24, 8:24] = 8
    logits = torch.full((1, 32, 32, 32), -30.0)
    logits[:, 8:24, 8:24, 16:32] = 30.0  # half of it, and as much beside it
    mask = torch.zeros(1, 32, 32, dtype=torch.bool)
    mask[:, 8:24, 8:24] = True
    _, overlap, _ = volume_losses(logits, count, mask)
    assert abs(float(overlap) - 2 / 3) < 1e-3


def test_views_that_all_disagree_give_no_nan():
    count = torch.full((1, 8, 8, 8), 8, dtype=torch.uint8)
    losses = volume_losses(torch.zeros(1, 8, 8, 8), count, torch.zeros(1, 8, 8, dtype=torch.bool))
    assert all(float(value) == 0 for value in losses)
