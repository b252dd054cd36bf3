"""Names that a program puts together are the names that it then looks up."""

from __future__ import annotations

import pytest

from autograd_lint import check_source

HEAD = (
    "import torch\n"
    "class Box: pass\n"
    "box, found = Box(), {}\n"
    "leaf = torch.zeros(2, requires_grad=True)\n"
)


@pytest.mark.parametrize(
    "name",
    [
        "f'w{1}'",
        "f'w' f'{n}'",
        "f'{name}1'",
        "'w%d' % 1",
        "'w%s' % (n,)",
        "'w{}'.format(n)",
        "'w{i}'.format(i=n)",
        "'w%i' % 1",
        "'w%-1d' % n",
        "'w{:d}'.format(n)",
        "'w' + str(n)",
        "'w' + str(int('1'))",
        "''.join(['w', '1'])",
        "'w' + str(min(3, 1, 2))",
    ],
)
def test_an_attribute_and_a_key_under_a_computed_name_are_found(name: str) -> None:
    text = f"{HEAD}n, name = 1, 'w'\nsetattr(box, {name}, leaf)\nfound[{name}] = box.w1\nfound['w1'] += 1"

    assert [f.code for f in check_source(text)] == ["AGL101"]


@pytest.mark.parametrize(
    "name",
    [
        "f'w{1!r}'",
        "f'w{1:02d}'",
        "'w%02d' % 1",
        "'w%d' % 'x'",
        "'w{:999999999d}'.format(n)",
        "'w{:.1f}'.format(n)",
        "'w{}{}'.format(n)",
        "'w%999999999d' % n",
        "f'w{open(\"x\").read()}'",
    ],
)
def test_a_name_that_is_not_computed_is_not_guessed(name: str) -> None:
    text = f"{HEAD}n = 1\nfound[{name}] = leaf\nfound['w1'] += 1"

    assert check_source(text) == []
