import torch

from rl.agents.dqn import DQNAgent


def fake_transitions(n=32, obs_dim=4, num_actions=2):
    obs = torch.randn(n, obs_dim)
    action = torch.randint(0, num_actions, (n,))
    reward = (obs[:, 0] > 0).float() * action
    next_obs = obs + 0.1 * torch.randn_like(obs)
    done = (torch.rand(n) < 0.1).float()
    return obs, action, reward, next_obs, done


def main(updates=20):
    torch.manual_seed(0)
    agent = DQNAgent(4, 2)
    for i in range(updates):
        loss = agent.learn(fake_transitions())
        agent.sync()
        if i % 10 == 0:
            print(f"update {i} loss {loss:.4f}")

    before = [p.detach().clone() for p in agent.target.parameters()]
    agent.learn(fake_transitions())
    same = [torch.equal(a, b) for a, b in zip(before, agent.target.parameters())]
    assert all(same)


if __name__ == "__main__":
    main()
