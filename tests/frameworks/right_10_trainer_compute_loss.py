"""Imbalanced text classification: HF Trainer subclass with its own loss."""
import argparse

import numpy as np
import torch
import torch.nn.functional as F
from datasets import load_dataset
from torch import nn
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    Trainer,
    TrainingArguments,
    set_seed,
)


class FocalLoss(nn.Module):
    def __init__(self, weight=None, gamma=2.0):
        super().__init__()
        self.register_buffer("weight", weight)
        self.gamma = gamma

    def forward(self, logits, target):
        logp = F.log_softmax(logits.float(), dim=-1)
        logp_t = logp.gather(1, target.unsqueeze(1)).squeeze(1)
        loss = -((1 - logp_t.exp()) ** self.gamma) * logp_t
        if self.weight is not None:
            loss = loss * self.weight[target]
        return loss.mean()


class ImbalancedTrainer(Trainer):
    def __init__(self, *args, class_weights=None, gamma=2.0, rdrop=0.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.focal = FocalLoss(class_weights, gamma).to(self.args.device)
        self.rdrop = rdrop
        self._extra = {"ce": [], "kl": []}

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        loss = self.focal(outputs.logits, labels)

        if model.training and self.rdrop > 0:
            # a second pass with another dropout mask
            again = model(**inputs)
            p = F.log_softmax(outputs.logits, dim=-1)
            q = F.log_softmax(again.logits, dim=-1)
            kl = 0.5 * (
                F.kl_div(p, q, log_target=True, reduction="batchmean")
                + F.kl_div(q, p, log_target=True, reduction="batchmean")
            )
            self._extra["ce"].append(loss.detach().item())
            self._extra["kl"].append(kl.detach().item())
            loss = 0.5 * (loss + self.focal(again.logits, labels)) + self.rdrop * kl

        inputs["labels"] = labels
        return (loss, outputs) if return_outputs else loss

    def log(self, logs, *args, **kwargs):
        for key, values in self._extra.items():
            if values:
                logs[key] = float(np.mean(values))
                values.clear()
        super().log(logs, *args, **kwargs)


def compute_metrics(eval_pred):
    logits, labels = eval_pred
    pred = logits.argmax(-1)
    recalls = [(pred[labels == c] == c).mean() for c in np.unique(labels)]
    return {"accuracy": float((pred == labels).mean()), "balanced_accuracy": float(np.mean(recalls))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="distilbert-base-uncased")
    parser.add_argument("--train-file", required=True)
    parser.add_argument("--eval-file", required=True)
    parser.add_argument("--output-dir", default="focal-out")
    cli = parser.parse_args()

    set_seed(3)
    tokenizer = AutoTokenizer.from_pretrained(cli.model)
    raw = load_dataset("csv", data_files={"train": cli.train_file, "eval": cli.eval_file})
    tokenized = raw.map(
        lambda ex: tokenizer(ex["text"], truncation=True, max_length=256), batched=True, remove_columns=["text"]
    ).rename_column("label", "labels")

    counts = np.bincount(tokenized["train"]["labels"])
    weights = torch.tensor(counts.sum() / (len(counts) * counts), dtype=torch.float32)

    model = AutoModelForSequenceClassification.from_pretrained(cli.model, num_labels=len(counts))
    for p in model.base_model.embeddings.parameters():
        p.requires_grad = False

    training_args = TrainingArguments(
        output_dir=cli.output_dir,
        per_device_train_batch_size=16,
        per_device_eval_batch_size=64,
        gradient_accumulation_steps=2,
        max_grad_norm=1.0,
        learning_rate=3e-5,
        warmup_ratio=0.06,
        num_train_epochs=4,
        eval_strategy="epoch",
        save_strategy="epoch",
        load_best_model_at_end=True,
        metric_for_best_model="balanced_accuracy",
        fp16=torch.cuda.is_available(),
        report_to="none",
    )
    trainer = ImbalancedTrainer(
        model=model,
        args=training_args,
        train_dataset=tokenized["train"],
        eval_dataset=tokenized["eval"],
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=compute_metrics,
        callbacks=[EarlyStoppingCallback(early_stopping_patience=2)],
        class_weights=weights,
        rdrop=0.5,
    )
    trainer.train()
    print(trainer.evaluate())


if __name__ == "__main__":
    main()
