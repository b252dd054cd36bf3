"""FGM adversarial training by overriding Trainer.training_step.

The gradient of the clean batch and of the perturbed batch are summed in .grad;
the Trainer clips, steps and zeroes.
"""
from contextlib import contextmanager

import torch
from torch import nn
from torch.utils.data import Dataset
from transformers import BertConfig, BertForSequenceClassification, HfArgumentParser, Trainer, TrainingArguments
from dataclasses import dataclass, field


@dataclass
class AdvArguments:
    epsilon: float = field(default=1.0, metadata={"help": "norm of the perturbation of the embeddings"})
    start_step: int = field(default=100, metadata={"help": "first global step with a perturbed pass"})


class ParityDataset(Dataset):
    """Is token 5 seen an even number of times?"""

    def __init__(self, n, length=24, vocab=40, seed=0):
        g = torch.Generator().manual_seed(seed)
        self.ids = torch.randint(4, vocab, (n, length), generator=g)
        self.labels = (self.ids == 5).sum(1) % 2

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return {
            "input_ids": self.ids[i],
            "attention_mask": torch.ones_like(self.ids[i]),
            "labels": self.labels[i],
        }


@contextmanager
def perturbed(embedding: nn.Embedding, epsilon: float):
    """Move the embedding along its gradient for the duration of the block."""
    weight = embedding.weight
    backup = weight.detach().clone()
    norm = weight.grad.norm()
    if torch.isfinite(norm) and norm > 0:
        weight.data.add_(weight.grad, alpha=epsilon / norm.item())
    try:
        yield
    finally:
        weight.data.copy_(backup)


class AdversarialTrainer(Trainer):
    def __init__(self, *args, adv: AdvArguments, **kwargs):
        super().__init__(*args, **kwargs)
        self.adv = adv

    def training_step(self, model, inputs, num_items_in_batch=None):
        model.train()
        inputs = self._prepare_inputs(inputs)

        with self.compute_loss_context_manager():
            loss = self.compute_loss(model, inputs)
        if self.args.n_gpu > 1:
            loss = loss.mean()
        self.accelerator.backward(loss)

        if self.state.global_step >= self.adv.start_step:
            embedding = self.accelerator.unwrap_model(model).get_input_embeddings()
            with perturbed(embedding, self.adv.epsilon):
                with self.compute_loss_context_manager():
                    adv_loss = self.compute_loss(model, inputs)
                if self.args.n_gpu > 1:
                    adv_loss = adv_loss.mean()
                self.accelerator.backward(adv_loss)

        return loss.detach() / self.args.gradient_accumulation_steps


def accuracy(pred):
    return {"accuracy": float((pred.predictions.argmax(-1) == pred.label_ids).mean())}


def main():
    parser = HfArgumentParser((TrainingArguments, AdvArguments))
    args, adv = parser.parse_args_into_dataclasses()

    config = BertConfig(
        vocab_size=40, hidden_size=96, num_hidden_layers=3, num_attention_heads=4, intermediate_size=192, num_labels=2
    )
    trainer = AdversarialTrainer(
        model=BertForSequenceClassification(config),
        args=args,
        train_dataset=ParityDataset(20000),
        eval_dataset=ParityDataset(2000, seed=9),
        compute_metrics=accuracy,
        adv=adv,
    )
    trainer.train()
    metrics = trainer.evaluate()
    trainer.log_metrics("eval", metrics)
    trainer.save_metrics("eval", metrics)


if __name__ == "__main__":
    main()
