import torch


class Objective:
    def __init__(self, loss_function, image):
        self.loss_function = loss_function
        self.image = image

    def loss(self):
        return self.loss_function(self.image())

    def optimize(self, stop_criteria, optimizer, summarize):
        history = []
        step = 0
        while stop_criteria(step, history):
            optimizer.zero_grad()
            loss_value = summarize(self.loss())
            history.append(loss_value)  # expect: AGL601
            loss_value.backward()
            optimizer.step()
            step += 1
        return torch.stack(history)
