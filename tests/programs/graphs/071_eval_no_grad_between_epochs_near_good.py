import copy
import time

import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset


def train_model(model, dataloaders, criterion, optimizer, scheduler, num_epochs=4, patience=2):
    since = time.time()
    best_wts, best_acc, bad_epochs = copy.deepcopy(model.state_dict()), 0.0, 0
    for epoch in range(num_epochs):
        for phase in ['train', 'val']:
            model.train() if phase == 'train' else model.eval()
            running_loss, running_corrects, n = 0.0, 0, 0
            for inputs, labels in dataloaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == 'train'):
                    outputs = model(inputs)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == 'train':
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(preds == labels.data)
                n += inputs.size(0)
            if phase == 'train':
                scheduler.step()
            epoch_acc = running_corrects.double() / n
            print(f'{epoch} {phase} loss {running_loss / n:.4f} acc {epoch_acc:.3f}')
            if phase == 'val':
                if epoch_acc > best_acc:
                    best_acc, best_wts, bad_epochs = epoch_acc, copy.deepcopy(model.state_dict()), 0
                else:
                    bad_epochs += 1
        if bad_epochs >= patience:
            break
    model.load_state_dict(best_wts)
    print(f'best {best_acc:.3f}, took {time.time() - since:.1f}s')
    return model


torch.manual_seed(0)
x = torch.randn(120, 1, 8, 8)
y = (x.mean(dim=(1, 2, 3)) > 0).long()
sets = {'train': TensorDataset(x[:90], y[:90]), 'val': TensorDataset(x[90:], y[90:])}
loaders = {k: DataLoader(v, batch_size=15, shuffle=(k == 'train')) for k, v in sets.items()}
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2))
opt = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
train_model(model, loaders, nn.CrossEntropyLoss(), opt, optim.lr_scheduler.StepLR(opt, 2, 0.3))
