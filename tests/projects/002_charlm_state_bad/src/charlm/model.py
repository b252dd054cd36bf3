from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, dim=16, hidden=24):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Embedding(vocab_size, dim)
        self.rnn = nn.LSTM(dim, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab_size)

    def init_state(self, batch_size):
        weight = self.out.weight
        return (
            weight.new_zeros(1, batch_size, self.hidden),
            weight.new_zeros(1, batch_size, self.hidden),
        )

    def forward(self, tokens, state):
        x = self.embed(tokens)
        y, state = self.rnn(x, state)
        return self.out(y), state
