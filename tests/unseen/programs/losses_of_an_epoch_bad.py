import numpy as np
import torch as th
from torch import optim

from models import CompGCN


def main(args, graph, data_iter):
    model = CompGCN(dim=args.dim)
    model = model.to(args.device)
    loss_fn = th.nn.BCELoss()
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.max_epochs):
        train_loss = []
        for step, batch in enumerate(data_iter["train"]):
            triple, label = batch[0].to(args.device), batch[1].to(args.device)
            logits = model(graph, triple)
            tr_loss = loss_fn(logits, label)
            train_loss.append(tr_loss)  # expect: AGL601
            optimizer.zero_grad()
            tr_loss.backward()
            optimizer.step()
        print(sum(train_loss))
