## __new__

class A:
    def __new__(cls, n):
        a = super().__new__(cls)
        a.n = n
        return a
class B:
    def __new__(cls): return 5
x = (A(3).n, B())

## methods of dicts

a = {'a': 1, 'b': 2}
x = (a.get('a'), a.get('z'), a.get('z', 3), a.pop('b'), a.pop('b', 9),
     a.setdefault('c', 4), a.setdefault('a', 5), list(a), list(a.values()), list(a.items()),
     len(a.copy()), 'a' in a)

## methods of lists

a = [1, 2]
a.append(3)
a.extend((4, 5))
a.insert(0, 0)
b = a.pop()
a.remove(3)
a.reverse()
x = (tuple(a), b, len(a), a.copy()[0], a.index(2), 4 in a)

## a list that is cleared

a = [1, 2]
a.clear()
x = (len(a), bool(a))

## builtins of numbers

x = (abs(-3), min(2, 1), max([1, 5]), sum([1, 2, 3]), round(2.6), int('4'), float('1.5'), bool(0), len('abc'))

## builtins of series

x = (tuple(range(1, 9, 3)), tuple(enumerate('ab', 1)), tuple(zip((1, 2), (3, 4))),
     tuple(map(lambda a: a + 1, (1, 2))), tuple(filter(None, (0, 1))), tuple(reversed((1, 2))),
     tuple(sorted([2, 1])), any([0, 1]), all([1, 0]), next(iter([5, 6])), len(range(10, 0, -3)))

## generators

def f(n):
    for i in range(n):
        yield i * 2
    return
def g():
    yield from f(2)
    yield 9
x = (tuple(g()), sum(f(3)), tuple(a for a in f(4) if a))

## attributes by name

class A: pass
a = A()
for i in range(3): setattr(a, f'b{i}', i)
x = (getattr(a, 'b2'), getattr(a, 'c', None), len(vars(a)) > 2)

## text that is not followed

x = (' a '.strip(), 'ab'.replace('a', 'c'), 'a'.upper())

## a format specification

x = f'{3.14159:.2f}'

## a sum of floats

x = sum([0.5, 0.25])

## an attribute that is deleted

class A: pass
a = A()
a.b = 1
del a.b
a.c = 2
delattr(a, 'c')
x = (hasattr(a, 'b'), getattr(a, 'c', 7), hasattr(a, '__init__'))

## an enum

from enum import Enum
class A(Enum):
    B = 1
    C = 2
x = (A.B.value, A.C is A.C, A.B == A.C)
