"""The decoder's discriminator learns to tell pictures apart by their detail."""

import torch
import torch.nn.functional as F

from qdit4sr_core.models.nano_codec import upscale_bicubic_tensor
from qdit4sr_core.training.judge import UNetJudge, hinge_loss


def test_a_new_judge_soon_tells_faint_detail_of_two_kinds_apart() -> None:
    torch.manual_seed(0)
    judge = UNetJudge()
    optimizer = torch.optim.Adam(judge.parameters(), lr=1e-3, betas=(0.8, 0.99))
    losses = []
    for _ in range(100):
        soft = upscale_bicubic_tensor(torch.rand(4, 3, 8, 8) * 2 - 1, 4)
        fine, coarse = (0.06 * torch.randn(4, 3, side, side) for side in (32, 16))
        real, made = soft + fine, soft + F.interpolate(coarse, size=32)
        with torch.autocast("cpu", torch.bfloat16):
            loss = hinge_loss(judge, real, made, soft)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] > 1.9
    assert sum(losses[-10:]) / 10 < 1.0
