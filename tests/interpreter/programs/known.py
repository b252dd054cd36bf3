## a value pattern

match 3:
    case 1 | 2: x = 'a'
    case 3: x = 'b'
    case _: x = 'c'

## a pattern of None and True

match True:
    case None: x = 1
    case True: x = 2

## a sequence pattern

match (1, 2, 3):
    case (1, y): x = y
    case (1, *y): x = len(y)

## a sequence pattern of another length

match [1]:
    case [a, b]: x = 1
    case _: x = 2

## a star in the middle

match [1, 2, 3, 4]:
    case [a, *b, c]: x = (a, b[0], c)

## a mapping pattern

match {'a': 1, 'b': 2}:
    case {'c': 1}: x = 1
    case {'a': y}: x = y

## no mapping

match 5:
    case {'a': y}: x = y
    case [y]: x = y
    case y: x = y + 1

## a class pattern

class A:
    __match_args__ = ('a', 'b')
    def __init__(self): self.a, self.b = 1, 2
match A():
    case A(1, b=3): x = 1
    case A(1, y): x = y

## a guard

match 4:
    case y if y > 5: x = 1
    case y if y > 3: x = y

## an as pattern

match (1, 2):
    case (1, (2 | 3) as y) as z: x = y + len(z)

## a dotted name

class A: y = 5
match 5:
    case A.y: x = 1
    case _: x = 2

## operators of a class

class A:
    def __init__(self, n): self.n = n
    def __add__(self, o): return self.n + o
    def __rsub__(self, o): return o - self.n
    def __lt__(self, o): return self.n < o.n
    def __eq__(self, o): return self.n == o
    def __contains__(self, o): return o == self.n
    def __getitem__(self, i): return self.n * i
    def __len__(self): return self.n
    def __iadd__(self, o):
        self.n += o
        return self
a = A(3)
a += 1
x = (a + 1, 10 - a, a < A(5), a == 4, 4 in a, a[2], len(a), 5 in a)

## items that a class keeps

class A:
    def __init__(self): self.d = {}
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __getitem__(self, k): return self.d[k]
a = A()
a['b'] = 1
a['c'] = 2
del a['b']
x = (a['c'], len(a.d))

## an iterator of one's own

class A:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        return self.n
a = A()
x = (next(a), next(a))

## a property with a setter

class A:
    @property
    def a(self): return self._a + 1
    @a.setter
    def a(self, v): self._a = v * 2
b = A()
b.a = 3
x = b.a

## names that a class mangles

class A:
    def __init__(self): self.__a = 1
    def get(self): return self.__a
x = A().get()

## __setattr__ and __getattr__

class A:
    def __setattr__(self, n, v): object.__setattr__(self, n, v + 1)
    def __getattr__(self, n): return n + '!'
a = A()
a.b = 1
x = (a.b, a.c)

## class methods and static methods

class A:
    n = 2
    @classmethod
    def make(cls, k): return cls.n * k
    @staticmethod
    def plain(k): return k + 1
class B(A): n = 3
x = (B.make(2), B().make(3), A.plain(4), B().plain(5), B.make.__name__)

## several bases

class A:
    def f(self): return 'a'
class B(A):
    def f(self): return 'b' + super().f()
class C(A):
    def f(self): return 'c' + super().f()
class D(B, C): pass
x = (D().f(), isinstance(D(), A), issubclass(D, C), issubclass(A, D), isinstance(1, A))

## a dataclass

from dataclasses import dataclass, field, replace
@dataclass
class A:
    a: int
    b: int = 2
    c: list = field(default_factory=list)
    def __post_init__(self): self.d = self.a + self.b
y = A(1)
z = replace(y, a=5)
x = (y.a, y.b, y.d, len(y.c), z.a, z.b)

## sets

a, b = {1, 2, 3}, {3, 4}
x = (len(a | b), len(a & b), len(a - b), len(a ^ b), 3 in a, 5 in a)

## a set that grows

a = {1}
a |= {1, 2}
a.add(3)
x = (len(a), 2 in a, 9 in a)

## dicts put together

a = {'a': 1} | {'b': 2}
a |= {'c': 3}
a.update({'d': 4}, e=5)
x = (len(a), {**a}['d'])

## slices

a = [1, 2, 3, 4, 5]
a[1:3] = [7]
del a[0]
a[0] = 9
del a[-1:]
x = (tuple(a), (1, 2, 3)[::2], 'abcde'[1:-1], tuple(a[::-1]))

## keys of all kinds

a = {(1, 2): 'a', None: 'b', 1.5: 'c', True: 'd'}
x = (a[1, 2], a[None], a[1.5], a[1])

## text

a = 'layer'
x = (f'{a}.{1}', '%s-%d' % (a, 2), '{}/{}'.format(a, 3), ','.join(['a', 'b']), a + 'x', a * 2,
     'LAYER'.lower(), a.startswith('la'), a.endswith(('x', 'r')), 'a.b'.split('.')[1], 'ye' in a)

## numbers

x = (7 // 2, 7 % 3, 2 ** 5, 1 << 3, 6 & 3, 6 | 1, 6 ^ 3, ~5, -3, +4, 9 / 2, 16 >> 2, not 3)

## types

class A: pass
x = (isinstance(1, int), isinstance('a', str), isinstance((), (list, tuple)), isinstance({}, dict),
     callable(len), callable(A), callable(3), type(A()) is A, isinstance(A(), A))

## names of outer functions

def f():
    n = 1
    def g():
        nonlocal n
        n += 1
        return n
    g()
    return g() + n
x = f()

## names of the module

n = 1
def f():
    global n
    n = n + 5
f()
x = n

## arguments of all kinds

def f(a, b=2, /, c=3, *d, e, g=5, **h): return (a, b, c, d, e, g, tuple(h))
x = f(1, *(7, 8, 9), e=4, **{'i': 6})

## functions that make functions

from functools import partial
def twice(f):
    def inner(*a, **k): return f(f(*a, **k))
    return inner
@twice
def g(a, by=1): return a + by
x = (g(1), partial(g, by=3)(1), (lambda *a: len(a))(1, 2))

## comprehensions

x = ([a * b for a in (1, 2) for b in (3, 4) if a != b - 2][-1], {a: b for a, b in zip('ab', (1, 2))}['b'],
     len({a % 2 for a in (1, 2, 3)}), [a for a in range(3)][::-1][0])

## exceptions

class E(ValueError): pass
def f(n):
    try:
        if n == 1: raise E('a')
        if n == 2: raise KeyError
        if n == 3: return 'r'
    except ValueError as e:
        return 'v'
    except (KeyError, IndexError):
        return 'k'
    else:
        return 'e'
    finally:
        seen.append(n)
seen = []
x = (f(0), f(1), f(2), f(3), tuple(seen))

## an exception that goes through

def f(): raise ValueError
try:
    try:
        f()
    finally:
        y = 1
except ValueError:
    x = y + 1

## a missing key

try:
    y = {'a': 1}['b']
except KeyError:
    y = 5
x = y

## loops that are left

a = []
for i in (1, 2, 3, 4):
    if i == 2: continue
    if i == 4: break
    a.append(i)
else:
    a.append(9)
for i in (1,): pass
else: a.append(7)
x = tuple(a)

## a while loop

n = 0
while n < 3:
    n += 1
else:
    n += 10
x = n

## context managers

class A:
    def __enter__(self): return 5
    def __exit__(self, *a): pass
with A() as y:
    z = y + 1
x = (y, z)

## a context manager out of a generator

from contextlib import contextmanager
@contextmanager
def f(n):
    seen.append('in')
    yield n + 1
    seen.append('out')
seen = []
with f(1) as y: seen.append(y)
x = tuple(seen)

## assignments of all kinds

a = b = 1
(c, (d, *e)), f = (2, (3, 4, 5)), 6
[g, h] = 7, 8
if (i := 9) > 8: a += i
x = (a, b, c, d, tuple(e), f, g, h, i)

## choices

a = 0
x = (a or 5, a and 5, 1 if a else 2, 1 < 2 < 3, 1 < 2 > 3, not a, None is None, a is None)

## chained calls

class A:
    def __init__(self): self.n = 0
    def add(self, k):
        self.n += k
        return self
    def __call__(self, k): return self.n + k
x = (A().add(1).add(2).n, A()(4))
