'''
Digit-like classification with a step schedule (8x8 glyphs).
'''
from __future__ import print_function

import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler

# ---- hyper parameters -------------------------------------------------
num_epochs = 6
batch_size = 20
learning_rate = 0.1
step_size = 2
gamma = 0.1

# ---- data -------------------------------------------------------------
np.random.seed(0)
torch.manual_seed(0)

glyphs = np.random.rand(10, 64) > 0.5


def sample_batch(n):
    labels = np.random.randint(0, 10, size=n)
    pixels = glyphs[labels].astype(np.float32)
    flip = np.random.rand(n, 64) < 0.08
    pixels[flip] = 1 - pixels[flip]
    return torch.from_numpy(pixels), torch.from_numpy(labels).long()


train_batches = [sample_batch(batch_size) for _ in range(10)]
test_images, test_labels = sample_batch(100)


# ---- model ------------------------------------------------------------
class LogReg(nn.Module):
    def __init__(self):
        super(LogReg, self).__init__()
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def train_model(model, criterion, optimizer, scheduler, num_epochs):
    lr_trace = []
    for epoch in range(num_epochs):
        model.train()
        lr_trace.append(optimizer.param_groups[0]['lr'])

        running_loss = 0.0
        for i, (images, labels) in enumerate(train_batches):
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()

        model.eval()
        with torch.no_grad():
            predicted = model(test_images).max(1)[1]
        acc = (predicted == test_labels).sum().item() / float(len(test_labels))
        print('Epoch: [%d/%d], lr %.5f, Loss: %.4f, Test acc: %.2f'
              % (epoch + 1, num_epochs, lr_trace[-1], running_loss / len(train_batches), acc))
        scheduler.step()
    return lr_trace


model = LogReg()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
exp_lr_scheduler = lr_scheduler.StepLR(optimizer, step_size=step_size, gamma=gamma)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    trace = train_model(model, criterion, optimizer, exp_lr_scheduler, num_epochs)
complaints = [w for w in caught if 'lr_scheduler.step()' in str(w.message)]

assert len(complaints) == 0
assert trace.count(learning_rate) == step_size
