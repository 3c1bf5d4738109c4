"""The matting network from the corpus: ``python -m training.matting.train --corpus DIR --out DIR --minutes M``.

Uses one GPU, else the CPU. A run with the same ``--out`` goes on from its checkpoint if the budget is raised. At the
end ``matting.onnx`` is written and its mask IoU on renders of held-out records printed.
"""

from __future__ import annotations

import argparse


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="folder with train-*.zip and val-*.zip")
    parser.add_argument("--out", required=True, help="folder for checkpoint.pt, log.jsonl and matting.onnx")
    parser.add_argument("--minutes", type=float, required=True, help="wall-clock budget of rendering and training")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--views", type=int, default=8, help="pictures of each record")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0, help="only about so many records, to try it out")
    parser.add_argument("--tiny", action="store_true", help="a tiny network, to try it out")
    options = parser.parse_args()
    from training.matting.loop import Run, Settings, finish  # late: render processes have no use for torch

    run = Run(Settings(**vars(options)))
    run.train()
    finish(run)


if __name__ == "__main__":
    main()
