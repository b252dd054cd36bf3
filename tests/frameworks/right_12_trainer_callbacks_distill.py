import copy
import logging
import sys

import torch
import torch.nn.functional as F
from transformers import (
    DataCollatorForLanguageModeling,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from torch.utils.data import Dataset

logger = logging.getLogger(__name__)


class LineDataset(Dataset):
    def __init__(self, path, tokenizer, block=64):
        with open(path, encoding="utf-8") as f:
            lines = [l.strip() for l in f if l.strip()]
        ids = tokenizer(lines, truncation=True, max_length=block)["input_ids"]
        self.examples = [torch.tensor(x) for x in ids if len(x) > 4]

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, i):
        return {"input_ids": self.examples[i]}


class GradualUnfreeze(TrainerCallback):
    """All blocks are in the optimizer from the start; only requires_grad changes."""

    def __init__(self, blocks_per_epoch=2):
        self.blocks_per_epoch = blocks_per_epoch

    def on_epoch_begin(self, args, state, control, model=None, **kwargs):
        blocks = model.transformer.h
        open_from = len(blocks) - self.blocks_per_epoch * (int(state.epoch or 0) + 1)
        for i, block in enumerate(blocks):
            for p in block.parameters():
                p.requires_grad = i >= open_from
        logger.info("blocks from %d on are trainable", max(open_from, 0))


class EMACallback(TrainerCallback):
    def __init__(self, decay=0.999):
        self.decay = decay
        self.ema = None

    def on_train_begin(self, args, state, control, model=None, **kwargs):
        self.ema = copy.deepcopy(model).eval().requires_grad_(False)

    def on_step_end(self, args, state, control, model=None, **kwargs):
        with torch.no_grad():
            for e, p in zip(self.ema.parameters(), model.parameters()):
                e.mul_(self.decay).add_(p, alpha=1.0 - self.decay)

    def on_train_end(self, args, state, control, **kwargs):
        self.ema.save_pretrained(f"{args.output_dir}/ema")


class GradientNoise(TrainerCallback):
    def __init__(self, eta=0.01, gamma=0.55):
        self.eta, self.gamma = eta, gamma

    def on_pre_optimizer_step(self, args, state, control, model=None, **kwargs):
        std = (self.eta / (1 + state.global_step) ** self.gamma) ** 0.5
        for p in model.parameters():
            if p.grad is not None:
                p.grad.add_(torch.randn_like(p.grad), alpha=std)


class DistillTrainer(Trainer):
    def __init__(self, *args, teacher, temperature=2.0, alpha=0.5, **kwargs):
        super().__init__(*args, **kwargs)
        self.teacher = teacher.to(self.args.device).eval()
        self.temperature, self.alpha = temperature, alpha

    def compute_loss(self, model, inputs, return_outputs=False, **kwargs):
        out = model(**inputs)
        with torch.no_grad():
            teacher_logits = self.teacher(**inputs).logits
        t = self.temperature
        kd = F.kl_div(
            F.log_softmax(out.logits / t, -1).flatten(0, 1),
            F.softmax(teacher_logits / t, -1).flatten(0, 1),
            reduction="batchmean",
        ) * (t * t)
        loss = self.alpha * kd + (1 - self.alpha) * out.loss
        return (loss, out) if return_outputs else loss


def main(train_file, tokenizer_file, teacher_dir):
    logging.basicConfig(level=logging.INFO)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=tokenizer_file, pad_token="<pad>")
    teacher = GPT2LMHeadModel.from_pretrained(teacher_dir)
    config = GPT2Config(vocab_size=len(tokenizer), n_embd=256, n_layer=6, n_head=4, n_positions=128)

    trainer = DistillTrainer(
        model=GPT2LMHeadModel(config),
        teacher=teacher,
        args=TrainingArguments(
            "distil-out",
            per_device_train_batch_size=32,
            gradient_accumulation_steps=2,
            num_train_epochs=3,
            learning_rate=5e-4,
            lr_scheduler_type="cosine",
            logging_steps=50,
            save_total_limit=2,
        ),
        train_dataset=LineDataset(train_file, tokenizer),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
        callbacks=[GradualUnfreeze(), EMACallback(), GradientNoise()],
    )
    trainer.train()
    trainer.save_model()


if __name__ == "__main__":
    main(*sys.argv[1:4])
