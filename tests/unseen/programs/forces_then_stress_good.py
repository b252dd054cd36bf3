import torch


class Calculator:
    def __init__(self, model, device="cpu"):
        self.model = model
        self.device = device
        self.results = {}

    def calculate(self, positions, properties):
        coordinates = torch.tensor(positions).to(self.device).requires_grad_("forces" in properties)
        if "stress" in properties:
            scaling = torch.eye(3, requires_grad=True)
            coordinates = coordinates @ scaling
        energy = self.model(coordinates.unsqueeze(0)).energies
        energy *= 27.2
        if "forces" in properties:
            forces = -torch.autograd.grad(energy.squeeze(), coordinates, retain_graph="stress" in properties)[0]
            self.results["forces"] = forces.numpy()
        if "stress" in properties:
            stress = torch.autograd.grad(energy.squeeze(), scaling)[0]
            self.results["stress"] = stress.numpy()
