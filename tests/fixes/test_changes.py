"""What each fixer makes of programs that it understands: before and after, line by line."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
TRAINING = (
    HEAD
    + """
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
scaler = torch.amp.GradScaler("cpu")
batches = [(torch.randn(4, 3), torch.randn(4, 1)) for _ in range(3)]
"""
)


def case(name: str, head: str, before: str, after: str, *, safe: bool) -> object:
    return pytest.param(head + dedent(before), head + dedent(after), safe, id=name)


CASES = [
    case(
        "a step that is named is called",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step  # learn
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()  # learn
        """,
        safe=True,
    ),
    case(
        "in a suite of one line",
        TRAINING,
        """
        for number, (x, y) in enumerate(batches):
            F.mse_loss(model(x), y).backward()
            if number: optimizer.step(); optimizer.zero_grad
        """,
        """
        for number, (x, y) in enumerate(batches):
            F.mse_loss(model(x), y).backward()
            if number: optimizer.step(); optimizer.zero_grad()
        """,
        safe=True,
    ),
    case(
        "in a function within an async one that is decorated",
        TRAINING,
        """
        def traced(function):
            return function

        @traced
        async def train(x, y):
            def closure():
                optimizer.zero_grad()
                loss = F.mse_loss(model(x), y)
                loss.backward
                return loss

            closure()
            optimizer.step()
        """,
        """
        def traced(function):
            return function

        @traced
        async def train(x, y):
            def closure():
                optimizer.zero_grad()
                loss = F.mse_loss(model(x), y)
                loss.backward()
                return loss

            closure()
            optimizer.step()
        """,
        safe=True,
    ),
    case(
        "a grad mode that is entered is made",
        TRAINING,
        """
        with torch.no_grad:  # evaluation
            print(model(batches[0][0]))
        """,
        """
        with torch.no_grad():  # evaluation
            print(model(batches[0][0]))
        """,
        safe=True,
    ),
    case(
        "one of several that are entered",
        TRAINING,
        """
        with torch.autocast("cpu"), torch.inference_mode:
            print(model(batches[0][0]))
        """,
        """
        with torch.autocast("cpu"), torch.inference_mode():
            print(model(batches[0][0]))
        """,
        safe=True,
    ),
    case(
        "the flag of a tensor in another spelling",
        TRAINING,
        """
        for p in model.parameters():
            p.require_grad = False
        """,
        """
        for p in model.parameters():
            p.requires_grad = False
        """,
        safe=True,
    ),
    case(
        "the flag of a module",
        TRAINING,
        """
        model.requires_grad  =  False  # frozen
        """,
        """
        model.requires_grad_(False)  # frozen
        """,
        safe=True,
    ),
    case(
        "a sum in place of what was computed here",
        HEAD,
        """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3, 3)

            def forward(self, x):
                out = torch.sigmoid(self.fc(x))
                out += x  # the way past it
                return out

        Block()(torch.randn(2, 3)).sum().backward()
        """,
        """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3, 3)

            def forward(self, x):
                out = torch.sigmoid(self.fc(x))
                out = out + x  # the way past it
                return out

        Block()(torch.randn(2, 3)).sum().backward()
        """,
        safe=True,
    ),
    case(
        "a product binds what is multiplied together",
        HEAD,
        """
        def f(x):
            y = x.exp()
            y *= (
                1  # one
                - x
            )
            y -= x * x
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        """
        def f(x):
            y = x.exp()
            y = y * (
                1  # one
                - x
            )
            y -= x * x
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        safe=True,
    ),
    case(
        "without spaces, and with parentheses where they are missing",
        HEAD,
        """
        def f(x):
            y = x.exp()
            y*=1 - x
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        """
        def f(x):
            y = x.exp()
            y=y*(1 - x)
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        safe=True,
    ),
    case(
        "the write of an argument's tensor is unsafe",
        HEAD,
        """
        def shifted(y):
            y += 1
            return y

        x = torch.ones(2, requires_grad=True)
        shifted(x.exp()).sum().backward()
        """,
        """
        def shifted(y):
            y = y + 1
            return y

        x = torch.ones(2, requires_grad=True)
        shifted(x.exp()).sum().backward()
        """,
        safe=False,
    ),
    case(
        "a write that a list shows as well is unsafe",
        HEAD,
        """
        def f(x, seen):
            y = x.exp()
            seen.append(y)
            y += 1
            return y

        f(torch.ones(2, requires_grad=True), []).sum().backward()
        """,
        """
        def f(x, seen):
            y = x.exp()
            seen.append(y)
            y = y + 1
            return y

        f(torch.ones(2, requires_grad=True), []).sum().backward()
        """,
        safe=False,
    ),
    case(
        "methods in a chain",
        HEAD,
        """
        def f(x):
            y = x.exp()
            y.mul_(2).add_(x)
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        """
        def f(x):
            y = x.exp()
            y = y.mul(2).add(x)
            return y

        f(torch.ones(2, requires_grad=True)).sum().backward()
        """,
        safe=True,
    ),
    case(
        "a write to some elements goes to a clone",
        HEAD,
        """
        def f(x, mask):
            y = x.exp()
            # those that do not count
            y[mask] = 0.0
            return y

        x = torch.ones(2, requires_grad=True)
        f(x, x > 0).sum().backward()
        """,
        """
        def f(x, mask):
            y = x.exp()
            y = y.clone()
            # those that do not count
            y[mask] = 0.0
            return y

        x = torch.ones(2, requires_grad=True)
        f(x, x > 0).sum().backward()
        """,
        safe=True,
    ),
    case(
        "gates that are chunks, one after the other",
        HEAD,
        """
        def gates(x):
            i, f = x.exp().chunk(2)
            i.sigmoid_()
            f.tanh_()
            return i * f

        gates(torch.ones(4, requires_grad=True)).sum().backward()
        """,
        """
        def gates(x):
            i, f = x.exp().chunk(2)
            i = i.sigmoid()
            f = f.tanh()
            return i * f

        gates(torch.ones(4, requires_grad=True)).sum().backward()
        """,
        safe=False,
    ),
    case(
        "an activation's argument",
        HEAD,
        """
        def f(x):
            y = x.sigmoid()
            y = F.relu(y, inplace=True)
            return y

        f(torch.ones(4, requires_grad=True)).sum().backward()
        """,
        """
        def f(x):
            y = x.sigmoid()
            y = F.relu(y, inplace=False)
            return y

        f(torch.ones(4, requires_grad=True)).sum().backward()
        """,
        safe=True,
    ),
    case(
        "an update by hand, with what follows",
        HEAD,
        """
        w = torch.zeros(3, requires_grad=True)
        b = torch.zeros(1, requires_grad=True)
        for _ in range(3):
            ((torch.ones(3) @ w + b) - 1).square().sum().backward()
            w -= 0.1 * w.grad

            # and the offset
            b -= 0.1 * b.grad
            w.grad = b.grad = None
        """,
        """
        w = torch.zeros(3, requires_grad=True)
        b = torch.zeros(1, requires_grad=True)
        for _ in range(3):
            ((torch.ones(3) @ w + b) - 1).square().sum().backward()
            with torch.no_grad():
                w -= 0.1 * w.grad

                # and the offset
                b -= 0.1 * b.grad
            w.grad = b.grad = None
        """,
        safe=True,
    ),
    case(
        "with tabs",
        HEAD,
        """
        class Layer(nn.Module):
        \tdef __init__(self):
        \t\tsuper().__init__()
        \t\tself.fc = nn.Linear(2, 2)
        \t\tself.fc.weight.fill_(0.5)

        Layer()
        """,
        """
        class Layer(nn.Module):
        \tdef __init__(self):
        \t\tsuper().__init__()
        \t\tself.fc = nn.Linear(2, 2)
        \t\twith torch.no_grad():
        \t\t\tself.fc.weight.fill_(0.5)

        Layer()
        """,
        safe=False,
    ),
    case(
        "zeroing before the backward, above its comment",
        TRAINING,
        """
        for x, y in batches:
            loss = F.mse_loss(model(x), y)

            # learn
            loss.backward()
            optimizer.step()
        """,
        """
        for x, y in batches:
            loss = F.mse_loss(model(x), y)

            optimizer.zero_grad()
            # learn
            loss.backward()
            optimizer.step()
        """,
        safe=True,
    ),
    case(
        "zeroing where it is done too rarely",
        TRAINING,
        """
        for _ in range(2):
            optimizer.zero_grad()
            for x, y in batches:
                F.mse_loss(model(x), y).backward()
                optimizer.step()
        """,
        """
        for _ in range(2):
            optimizer.zero_grad()
            for x, y in batches:
                optimizer.zero_grad()
                F.mse_loss(model(x), y).backward()
                optimizer.step()
        """,
        safe=False,
    ),
    case(
        "zeroing that comes too late",
        TRAINING,
        """
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            loss.backward()
            # start anew
            optimizer.zero_grad()
            optimizer.step()
        """,
        """
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            # start anew
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        """,
        safe=True,
    ),
    case(
        "clipping after the step",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
            nn.utils.clip_grad_norm_(
                model.parameters(),
                1.0,  # at most
            )
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            nn.utils.clip_grad_norm_(
                model.parameters(),
                1.0,  # at most
            )
            optimizer.step()
        """,
        safe=True,
    ),
    case(
        "clipping what is still scaled",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.update()
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.update()
        """,
        safe=True,
    ),
    case(
        "a plain step with scaled gradients",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            optimizer.step()
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            scaler.step(optimizer)
            scaler.update()
        """,
        safe=False,
    ),
    case(
        "a scaler that is never updated",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            scaler.step(optimizer)
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(x), y)).backward()
            scaler.step(optimizer)
            scaler.update()
        """,
        safe=True,
    ),
    case(
        "a scheduler that steps first",
        TRAINING,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            scheduler.step()
            optimizer.step()
        """,
        """
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
            scheduler.step()
        """,
        safe=True,
    ),
    case(
        "a scheduler that steps before the epoch",
        TRAINING,
        """
        for _ in range(3):
            scheduler.step()
            for x, y in batches:
                optimizer.zero_grad()
                F.mse_loss(model(x), y).backward()
                optimizer.step()

        print("done")
        """,
        """
        for _ in range(3):
            for x, y in batches:
                optimizer.zero_grad()
                F.mse_loss(model(x), y).backward()
                optimizer.step()
            scheduler.step()

        print("done")
        """,
        safe=False,
    ),
    case(
        "a leaf that is scaled",
        HEAD,
        """
        w = torch.randn(3, requires_grad=True) * 0.1
        w.sum().backward()
        print(w.grad)
        """,
        """
        w = (torch.randn(3) * 0.1).requires_grad_()
        w.sum().backward()
        print(w.grad)
        """,
        safe=True,
    ),
    case(
        "a leaf that is moved, over several lines",
        HEAD,
        """
        def noise(device):
            w = torch.randn(
                3,  # of them
                requires_grad=True,
            ).to(device)
            w.sum().backward()
            torch.optim.SGD([w], lr=0.1)
            return w.grad
        """,
        """
        def noise(device):
            w = torch.randn(
                3,  # of them
                device=device,
                requires_grad=True,
            )
            w.sum().backward()
            torch.optim.SGD([w], lr=0.1)
            return w.grad
        """,
        safe=False,
    ),
    case(
        "a leaf that is moved to the GPU",
        HEAD,
        """
        w = torch.zeros(3, requires_grad=True).cuda()  # on the GPU
        b = torch.full((3,), 0.5, requires_grad=True).to("cuda:1")
        torch.optim.SGD([w, b], lr=0.1)
        """,
        """
        w = torch.zeros(3, device="cuda", requires_grad=True)  # on the GPU
        b = torch.full((3,), 0.5, device="cuda:1", requires_grad=True)
        torch.optim.SGD([w, b], lr=0.1)
        """,
        safe=False,
    ),
    case(
        "a parameter that is moved",
        HEAD,
        """
        z = nn.Parameter(torch.randn(1, 8), requires_grad=True).view(8).cuda()  # starts as noise
        torch.optim.SGD([z], lr=0.1)
        """,
        """
        z = nn.Parameter(torch.randn(1, 8).view(8).cuda(), requires_grad=True)  # starts as noise
        torch.optim.SGD([z], lr=0.1)
        """,
        safe=True,
    ),
    case(
        "a parameter that is computed with",
        HEAD,
        """
        a = 0.1 * nn.Parameter(torch.randn(3))
        b = (nn.Parameter(torch.zeros(3), requires_grad=True) + 1.0).double()  # near one
        torch.optim.SGD([a, b], lr=0.1)
        """,
        """
        a = nn.Parameter(0.1 * torch.randn(3))
        b = nn.Parameter((torch.zeros(3) + 1.0).double(), requires_grad=True)  # near one
        torch.optim.SGD([a, b], lr=0.1)
        """,
        safe=True,
    ),
    case(
        "a leaf that is converted",
        HEAD,
        """
        w = torch.zeros(3, requires_grad=True).to(torch.float64)
        w.sum().backward()
        print(w.grad)
        """,
        """
        w = torch.zeros(3).to(torch.float64).requires_grad_()
        w.sum().backward()
        print(w.grad)
        """,
        safe=True,
    ),
    case(
        "a leaf of noise that is made small and moved, for an optimizer",
        HEAD,
        """
        device = torch.device("cpu")
        w = (torch.randn(3, 4, requires_grad=True) * 0.01).to(device)
        torch.optim.SGD([w], lr=0.1)
        """,
        """
        device = torch.device("cpu")
        w = (torch.randn(3, 4) * 0.01).to(device).requires_grad_()
        torch.optim.SGD([w], lr=0.1)
        """,
        safe=True,
    ),
    case(
        "hidden state of an inner loop",
        TRAINING,
        """
        cell = nn.GRUCell(3, 4)
        h = torch.zeros(4, 4)
        for chunk in (batches, batches):
            loss = 0.0
            for x, _ in chunk:
                h = cell(x, h)
                loss = loss + h.mean()
            loss.backward()
        """,
        """
        cell = nn.GRUCell(3, 4)
        h = torch.zeros(4, 4)
        for chunk in (batches, batches):
            loss = 0.0
            for x, _ in chunk:
                h = cell(x, h)
                loss = loss + h.mean()
            loss.backward()
            h = h.detach()
        """,
        safe=False,
    ),
    case(
        "hidden state that a module keeps",
        TRAINING,
        """
        class Memory(nn.Module):
            def __init__(self):
                super().__init__()
                self.cell = nn.GRUCell(3, 4)
                self.state = torch.zeros(4, 4)

            def forward(self, x):
                self.state = self.cell(x, self.state)
                return self.state.mean()

        memory = Memory()
        for x, _ in batches:
            memory(x).backward()
        """,
        """
        class Memory(nn.Module):
            def __init__(self):
                super().__init__()
                self.cell = nn.GRUCell(3, 4)
                self.state = torch.zeros(4, 4)

            def forward(self, x):
                self.state = self.cell(x, self.state)
                return self.state.mean()

        memory = Memory()
        for x, _ in batches:
            memory(x).backward()
            memory.state = memory.state.detach()
        """,
        safe=False,
    ),
    case(
        "samples without which nothing requires grad",
        HEAD,
        """
        from torch.distributions import Normal

        mean = torch.zeros(3, requires_grad=True)
        drawn = Normal(mean, 1.0).sample((16,))  # noise
        drawn.square().mean().backward()
        """,
        """
        from torch.distributions import Normal

        mean = torch.zeros(3, requires_grad=True)
        drawn = Normal(mean, 1.0).rsample((16,))  # noise
        drawn.square().mean().backward()
        """,
        safe=False,
    ),
    case(
        "a clip that is optional",
        TRAINING,
        """
        def train(most):
            for x, y in batches:
                optimizer.zero_grad()
                scaler.scale(F.mse_loss(model(x), y)).backward()
                if most is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), most)
                scaler.step(optimizer)
                scaler.update()

        train(1.0)
        """,
        """
        def train(most):
            for x, y in batches:
                optimizer.zero_grad()
                scaler.scale(F.mse_loss(model(x), y)).backward()
                if most is not None:
                    scaler.unscale_(optimizer)
                    nn.utils.clip_grad_norm_(model.parameters(), most)
                scaler.step(optimizer)
                scaler.update()

        train(1.0)
        """,
        safe=True,
    ),
    case(
        "the parameters of a module are written together",
        HEAD,
        """
        layer = nn.Linear(2, 2)
        layer.weight.fill_(0.5)
        layer.bias[0] = 1.0  # only one
        layer(torch.ones(1, 2)).sum().backward()
        """,
        """
        layer = nn.Linear(2, 2)
        with torch.no_grad():
            layer.weight.fill_(0.5)
            layer.bias[0] = 1.0  # only one
        layer(torch.ones(1, 2)).sum().backward()
        """,
        safe=False,
    ),
    case(
        "losses of which others may take tensors",
        TRAINING,
        """
        history = []

        def train(kept):
            for x, y in batches:
                optimizer.zero_grad()
                loss = F.mse_loss(model(x), y)
                loss.backward()
                optimizer.step()
                history.append(loss)
                kept.append(loss)

        more = []
        train(more)
        print(torch.stack(history), torch.stack(more))
        """,
        """
        history = []

        def train(kept):
            for x, y in batches:
                optimizer.zero_grad()
                loss = F.mse_loss(model(x), y)
                loss.backward()
                optimizer.step()
                history.append(loss.detach())
                kept.append(loss.detach())

        more = []
        train(more)
        print(torch.stack(history), torch.stack(more))
        """,
        safe=True,
    ),
    case(
        "two optimizers, one of whose models gets gradients from both backwards",
        TRAINING,
        """
        critic = nn.Linear(1, 1)
        second = torch.optim.SGD(critic.parameters(), lr=0.1)
        for x, y in batches:
            made = model(x)
            loss = critic(y).mean() - critic(made.detach()).mean()
            loss.backward()
            second.step()
            loss = critic(made).mean()
            # the model's turn
            loss.backward()
            optimizer.step()
        """,
        """
        critic = nn.Linear(1, 1)
        second = torch.optim.SGD(critic.parameters(), lr=0.1)
        for x, y in batches:
            made = model(x)
            loss = critic(y).mean() - critic(made.detach()).mean()
            second.zero_grad()
            loss.backward()
            second.step()
            loss = critic(made).mean()
            optimizer.zero_grad()
            # the model's turn
            loss.backward()
            optimizer.step()
        """,
        safe=True,
    ),
    case(
        "hidden state that is unpacked where it comes from",
        TRAINING,
        """
        rnn = nn.LSTM(3, 4)
        h = c = torch.zeros(1, 4)
        for x, _ in batches:
            out, (h, c) = rnn(x, (h, c))
            out.sum().backward()
        """,
        """
        rnn = nn.LSTM(3, 4)
        h = c = torch.zeros(1, 4)
        for x, _ in batches:
            out, (h, c) = rnn(x, (h, c))
            out.sum().backward()
            h, c = h.detach(), c.detach()
        """,
        safe=False,
    ),
    case(
        "the method that is spelt wrong and assigned to",
        TRAINING,
        """
        for layer in [model]:
            layer.require_grad_ = False  # frozen
        """,
        """
        for layer in [model]:
            layer.requires_grad_(False)  # frozen
        """,
        safe=True,
    ),
    case(
        "the flag of a module, spelt wrong",
        TRAINING,
        """
        model.require_grad = False
        """,
        """
        model.requires_grad_(False)
        """,
        safe=True,
    ),
    case(
        "a clip of what one of two optimizers steps",
        TRAINING,
        """
        head = nn.Linear(1, 1)
        second = torch.optim.SGD(head.parameters(), lr=0.1)
        for x, y in batches:
            optimizer.zero_grad()
            second.zero_grad()
            scaler.scale(F.mse_loss(head(model(x)), y)).backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.step(second)
            scaler.update()
        """,
        """
        head = nn.Linear(1, 1)
        second = torch.optim.SGD(head.parameters(), lr=0.1)
        for x, y in batches:
            optimizer.zero_grad()
            second.zero_grad()
            scaler.scale(F.mse_loss(head(model(x)), y)).backward()
            scaler.unscale_(second)
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.step(second)
            scaler.update()
        """,
        safe=True,
    ),
    case(
        "mistakes that the program comes to once it does not raise before",
        TRAINING,
        """
        for x, y in batches:
            hidden = torch.sigmoid(model(x))
            hidden *= 0.5
            F.mse_loss(hidden, y).backward()
            optimizer.step()
            optimizer.zero_grad
        """,
        """
        for x, y in batches:
            hidden = torch.sigmoid(model(x))
            hidden = hidden * 0.5
            F.mse_loss(hidden, y).backward()
            optimizer.step()
            optimizer.zero_grad()
        """,
        safe=True,
    ),
    case(
        "hidden state",
        TRAINING,
        """
        rnn = nn.GRU(3, 4)
        hidden = None
        for x, _ in batches:
            out, hidden = rnn(x, hidden)
            out.sum().backward()
        """,
        """
        rnn = nn.GRU(3, 4)
        hidden = None
        for x, _ in batches:
            out, hidden = rnn(x, hidden)
            out.sum().backward()
            hidden = hidden.detach()
        """,
        safe=False,
    ),
    case(
        "hidden state of two parts",
        TRAINING,
        """
        rnn = nn.LSTM(3, 4)
        hidden = None
        for x, _ in batches:
            out, hidden = rnn(x, hidden)
            out.sum().backward()
        """,
        """
        rnn = nn.LSTM(3, 4)
        hidden = None
        for x, _ in batches:
            out, hidden = rnn(x, hidden)
            out.sum().backward()
            hidden = tuple(part.detach() for part in hidden)
        """,
        safe=False,
    ),
    case(
        "a sample that passes no gradient on",
        HEAD,
        """
        from torch.distributions import Normal

        encoder, decoder = nn.Linear(3, 3), nn.Linear(3, 3)
        both = [*encoder.parameters(), *decoder.parameters()]
        optimizer = torch.optim.SGD(both, lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            z = Normal(encoder(torch.randn(2, 3)), 1.0).sample()
            decoder(z).square().sum().backward()
            optimizer.step()
        """,
        """
        from torch.distributions import Normal

        encoder, decoder = nn.Linear(3, 3), nn.Linear(3, 3)
        both = [*encoder.parameters(), *decoder.parameters()]
        optimizer = torch.optim.SGD(both, lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            z = Normal(encoder(torch.randn(2, 3)), 1.0).rsample()
            decoder(z).square().sum().backward()
            optimizer.step()
        """,
        safe=False,
    ),
    case(
        "a history that is only averaged keeps numbers",
        TRAINING,
        """
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss)
        print(sum(losses) / len(losses))
        """,
        """
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        print(sum(losses) / len(losses))
        """,
        safe=True,
    ),
    case(
        "a history that is stacked keeps tensors",
        TRAINING,
        """
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss)
        print(torch.stack(losses).mean())
        """,
        """
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        print(torch.stack(losses).mean())
        """,
        safe=True,
    ),
]


@pytest.mark.parametrize(("before", "after", "safe"), CASES)
def test_a_program_is_changed_to_what_was_meant(
    before: str, after: str, safe: bool, fixed: Callable[..., str]
) -> None:
    assert fixed(before) == after
    assert fixed(before, unsafe=False) == (after if safe else before)


@pytest.mark.parametrize(("before", "after", "safe"), CASES)
def test_what_was_fixed_is_not_changed_again(
    before: str, after: str, safe: bool, fixed: Callable[..., str]
) -> None:
    assert fixed(after) == after
