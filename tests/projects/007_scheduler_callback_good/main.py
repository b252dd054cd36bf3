import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

from callbacks import LearningRateLogger, PrintLoss, SchedulerCallback
from schedules import cosine
from trainer import Trainer


def main(epochs=3, lr=0.1):
    torch.manual_seed(0)
    x = torch.randn(64, 5)
    y = x @ torch.randn(5, 1)
    loader = list(zip(x.split(16), y.split(16)))

    model = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = LambdaLR(optimizer, lr_lambda=cosine(epochs * len(loader)))
    lr_log = LearningRateLogger()
    trainer = Trainer(
        model, optimizer, nn.MSELoss(),
        callbacks=[SchedulerCallback(scheduler), lr_log, PrintLoss()],
    )
    trainer.fit(loader, epochs)

    assert len(lr_log.lrs) == epochs * len(loader)
    assert lr_log.lrs[0] == lr


if __name__ == "__main__":
    main()
