# what goes backward is the unseen network's output: the argument is the gradient to begin with
import torch
from sparse import Network

net = Network(3, 8)
voxels = torch.rand(10, 3)
gradient = torch.rand(10, 8)
out = net(voxels)
out.features.backward(gradient)
