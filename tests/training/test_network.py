import torch

from training.blend import Blend, Shipped, slab
from training.losses import losses, total
from training.network import TINY, Network, fold

SHAPES = [(2, 128, 128, 128), (2, 3, 32, 64, 64), (2, 2, 128, 128), (2, 6, 128, 128), (2, 3, 128, 128), (2, 2)]


def pictures() -> torch.Tensor:
    return torch.rand(2, 4, 256, 256, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_outputs_have_the_contract_s_shapes_and_ranges():
    torch.manual_seed(0)
    outputs = Network(TINY).eval()(pictures())
    assert [tuple(o.shape) for o in outputs] == SHAPES
    _, color, _, normal, albedo, camera = outputs
    assert color.min() >= 0 and color.max() <= 1 and albedo.min() >= 0 and albedo.max() <= 1
    assert torch.allclose(normal[:, :3].norm(dim=1), torch.ones(2, 128, 128), atol=0.02)
    assert (camera[:, 1] > 0).all()


def test_the_default_network_fits_a_file_that_may_ship():
    parameters = sum(p.numel() for p in Network().parameters())
    assert 20e6 < parameters <= 40e6  # 80 MB as float16


@torch.no_grad()
def test_folding_the_normalisations_changes_nothing():
    torch.manual_seed(0)
    network = Network(TINY)
    network.train()
    for _ in range(3):
        network(pictures())  # statistics that are not 0 and 1
    network.eval()
    before = network(pictures())
    after = fold(network)(pictures())
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())
    assert all(torch.allclose(a, b, atol=1e-3) for a, b in zip(before, after, strict=True))


@torch.no_grad()
def test_the_shipped_network_sees_a_mirrored_picture_mirrored():
    torch.manual_seed(0)
    shipped = Shipped(Network(TINY).eval(), Blend(1.0, 8.0, 0.5))
    image = pictures()
    here, there = shipped(image), shipped(image.flip(3))
    for a, b in zip(here[:5], there[:5], strict=True):
        sign = torch.tensor([-1.0, 1, 1, -1, 1, 1]).view(1, 6, 1, 1) if a.shape[1] == 6 else 1
        assert torch.allclose(a, b.flip(-1) * sign, atol=1e-4)
    assert torch.allclose(here[5], there[5], atol=1e-5)


def test_slab_is_inside_between_front_and_back_and_nowhere_off_the_mask():
    depth = torch.tensor([-0.5, 0.25]).view(1, 2, 1, 1).expand(1, 2, 4, 4)
    alpha = torch.ones(1, 1, 4, 4)
    alpha[..., 0] = 0
    values = slab(depth, alpha, 16.0)[0]
    bins = (torch.arange(128) + 0.5) / 64 - 1
    assert torch.equal(values[:, 1, 1] > 0, (bins > -0.5) & (bins < 0.25)) and not values[:, :, 0].any()


def test_every_weight_learns_and_the_truth_is_the_least_loss():
    torch.manual_seed(0)
    b = 2
    seen = torch.full((b, 128, 128, 4), 255, dtype=torch.uint8)
    seen[..., 3] = 0
    seen[:, 30:90, 30:90, 3] = 255  # the silhouette of the solid below
    views = {
        "front": seen,
        "back": seen,
        "base": torch.full((b, 128, 128, 3), 51, dtype=torch.uint8),
        "depth": torch.zeros(b, 2, 128, 128, dtype=torch.int16),
        "camera": torch.tensor([[0.2, 0.3]] * b),
        "upright": torch.ones(b),
        "recolor": torch.eye(3, 4).expand(b, 3, 4),
    }
    count = torch.zeros(b, 128, 128, 128, dtype=torch.uint8)
    count[:, 40:80, 30:90, 30:90] = 8
    grid = torch.full((b, 4, 32, 64, 64), 255, dtype=torch.uint8)
    network = Network(TINY)
    total(losses(network(pictures()), views, count, grid)).backward()
    assert not [n for n, p in network.named_parameters() if p.grad is None]

    normal = torch.nn.functional.normalize(torch.ones(b, 3, 128, 128), dim=1).repeat(1, 2, 1, 1)
    right = [(count.float() - 4) * 5, torch.ones(b, 3, 32, 64, 64), torch.zeros(b, 2, 128, 128), normal,
             torch.full((b, 3, 128, 128), 0.2), views["camera"]]  # fmt: skip
    best = {k: float(v) for k, v in losses(tuple(right), views, count, grid).items()}
    assert max(v for k, v in best.items() if k != "normal") < 1e-3, best
    for i, name in enumerate(("occupancy", "color", "depth", "normal", "albedo", "camera")):
        spoilt = right[i] + 0.3 if name == "camera" else -right[i] - 0.1
        wrong = [*right[:i], spoilt, *right[i + 1 :]]
        assert float(losses(tuple(wrong), views, count, grid)[name]) > best[name] + 0.05, name
