"""Image classification with DeepSpeed; the optimizer, the schedule and the clipping live in ds_config.json.

    deepspeed right_19_deepspeed_cifar_args.py --deepspeed --deepspeed_config ds_config.json
"""
import argparse

import deepspeed
import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as T
from torch.utils.data import DataLoader, DistributedSampler


def add_argument():
    parser = argparse.ArgumentParser(description="CIFAR")
    parser.add_argument("-e", "--epochs", default=30, type=int)
    parser.add_argument("--local_rank", type=int, default=-1)
    parser.add_argument("--log-interval", type=int, default=200)
    parser.add_argument("--data", default="./data")
    parser.add_argument("--save-dir", default="ckpt")
    parser = deepspeed.add_config_arguments(parser)
    return parser.parse_args()


class PreActBlock(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(cin)
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.short = None
        if stride != 1 or cin != cout:
            self.short = nn.Conv2d(cin, cout, 1, stride, bias=False)

    def forward(self, x):
        h = F.relu(self.bn1(x))
        residual = x if self.short is None else self.short(h)
        h = self.conv1(h)
        h = self.conv2(F.relu(self.bn2(h)))
        h += residual
        return h


class ResNet(nn.Module):
    def __init__(self, width=32, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.blocks = nn.Sequential(
            PreActBlock(width, width), PreActBlock(width, 2 * width, 2), PreActBlock(2 * width, 4 * width, 2)
        )
        self.norm = nn.BatchNorm2d(4 * width)
        self.fc = nn.Linear(4 * width, classes)

    def forward(self, x):
        x = F.relu(self.norm(self.blocks(self.stem(x))))
        return self.fc(x.mean(dim=(2, 3)))


def evaluate(engine, loader):
    engine.eval()
    counts = torch.zeros(2, device=engine.device)
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(engine.device), labels.to(engine.device)
            if engine.fp16_enabled():
                images = images.half()
            pred = engine(images).argmax(1)
            counts += torch.stack([(pred == labels).sum(), torch.tensor(len(labels), device=engine.device)])
    dist.all_reduce(counts)
    return (counts[0] / counts[1]).item()


def main():
    args = add_argument()
    deepspeed.init_distributed()

    tf = T.Compose([T.ToTensor(), T.Normalize((0.5,) * 3, (0.5,) * 3)])
    aug = T.Compose([T.RandomCrop(32, padding=4), T.RandomHorizontalFlip(), tf])
    if dist.get_rank() != 0:
        dist.barrier()
    trainset = torchvision.datasets.CIFAR10(args.data, train=True, download=True, transform=aug)
    testset = torchvision.datasets.CIFAR10(args.data, train=False, download=True, transform=tf)
    if dist.get_rank() == 0:
        dist.barrier()
    testloader = DataLoader(testset, batch_size=256, sampler=DistributedSampler(testset, shuffle=False))

    net = ResNet()
    parameters = filter(lambda p: p.requires_grad, net.parameters())
    model_engine, optimizer, trainloader, _ = deepspeed.initialize(
        args=args, model=net, model_parameters=parameters, training_data=trainset
    )
    criterion = nn.CrossEntropyLoss()

    for epoch in range(args.epochs):
        model_engine.train()
        running_loss = 0.0
        for i, (inputs, labels) in enumerate(trainloader):
            inputs, labels = inputs.to(model_engine.local_rank), labels.to(model_engine.local_rank)
            if model_engine.fp16_enabled():
                inputs = inputs.half()

            outputs = model_engine(inputs)
            loss = criterion(outputs, labels)
            model_engine.backward(loss)
            model_engine.step()

            running_loss += loss.item()
            if i % args.log_interval == args.log_interval - 1 and model_engine.global_rank == 0:
                lr = optimizer.param_groups[0]["lr"]
                print(f"[{epoch + 1}, {i + 1:5d}] loss: {running_loss / args.log_interval:.3f} lr {lr:.2e}")
                running_loss = 0.0

        acc = evaluate(model_engine, testloader)
        if model_engine.global_rank == 0:
            print(f"epoch {epoch + 1}: accuracy {acc:.4f}")
        model_engine.save_checkpoint(args.save_dir, tag=f"epoch{epoch + 1}", client_state={"acc": acc})


if __name__ == "__main__":
    main()
