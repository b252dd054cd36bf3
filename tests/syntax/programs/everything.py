# Every construct of Python 3.10, in the spellings in which positions are easily lost.
"""A docstring,
over two lines."""
from __future__ import annotations
import a, b.c, d.e as f ; import \
    g
from . import x
from .. import y as z, w
from .m.n import (o, p as q,)
from r import *

# Names, literals and text beyond ASCII.
ﬁ = "ü" ; ñ = é.ö(ß, "日本", k=1) + é  # the ligature is the name fi
"🙂" ; x = f"🙂 {é} {ß!r:>{ü}}" "🙂", (é)
x = 1, 0x_ff, 1_000.5e-3, 2j, True, False, None, ..., b'a' rb"\d" , r"\d", "a" 'b' """c
d""", u"e", ("f"
"g")

# Sequences and the parentheses around them.
x = 1 , ;
x = ( 1 , 2 , ) ; y = ((1, 2)) ; z = ( ) ; [ ] ; {} ; { 1 } ; [ 1, (2), ] ; {*a, b}
x = (1)
x = ( ( 1 , ) ) [ 0 ]
*a, (b, *c), [d, e] = *f, g
a, = b
a = b = c, d = e
for i, in a, : pass
(yield)
{ 'k' : (v) , ** d , ( 1 ) : 2 , }

# Calls.
f ( ) ; f(a, *b, k=1, *c, l = ( 2 ), ** d, m=f, ** (e),)
f (
    (a), *(b), **(c)
)
f(x for x in y) ; f ( (x for x in y) ) ; f( ( (x) for x in y ) , ) ; (x for x in y) ; ((x for x in y))
a.b().c(d)[e].f(g) (h)
print (* a, sep = "")
( a . b ) . c (
) . d

# Subscripts.
x[1] ; x[ 1 : ] ; x[ : ] ; x[ : : ] ; x[1:2:3] ; x[ ( 1 ) : ( 2 ) , ... , None ] ; x[1,] ; x[(1, 2)] ; x[ : , ::2 ]
x[a:b, c] = x[ (a) ] ; x [ a , b : ] ; x[ : , ( b ) : ( c ) : ] ; x[ 1 ,( 2 ) ]

# Operators.
x = ( a ) + ( b ) * - ( c ) ** ~ d // + e % f @ g << h >> i & j | k ^ l - m / n
x = not ( a ) , not a
x = a < b <= ( c ) != d == e > f >= g is h is   not i in j not \
    in k
x = a and b and ( c and d ) or e or ( f or g ) and not h ; x = ( a and b ) and c
x = a if b else c if ( d ) else ( e )
x += ( 1 ) ; x -= 1 ; x *= 1 ; x @= 1 ; x /= 1 ; x //= 1 ; x %= 1 ; x **= 1
x <<= 1 ; x >>= 1 ; x &= 1 ; x ^= 1 ; x |= 1 , 2 ; x . y += 1 ; x [ 0 ] += (1)
( x := 1 ) ; f( y := ( 2 ) ) ; [ z := 3 , z ]

# Comprehensions.
[ x for x in y if a if ( b ) for z , in ( w ) ] ; { x for x in y } ; { k : ( v ) for k, v in y if k }
( ( x , y ) for x , y in z ) ; [ [ a for a in b ] for b in c ]

# F-strings, in which everything stands where the string does.
f"" ; f"{a}" ; f'{a!r}' ; f"{a=}" ; f"{a:{b}.{c}}" ; f"{{}}" ; "x" f"{a}" 'y' f'''{
b}''' ; rf"\d{a}" ; f"{f'{a}'}" ; f"{(lambda: a)()}" ; f"{f(b=1, *c)}" ; f"{a, b}" ; f"{x if y else z}"

# Lambdas.
lambda : 0 ; lambda a , / , b = 1 , * c , d , e = ( 2 ) , ** f : ( a , b ) ; lambda * , a : a ; lambda * a : a
x = ( lambda : ( yield ) ) ; lambda x : lambda y = x : ( y )

# Annotations and deletion.
a : int ; a : ( int ) = ( 1 ) ; a . b : "int" = 1 , ; a [ 0 ] : int
del a ; del a . b , ( c [ 0 ] ) ; del ( a , [ b , c ] ) , d ; del ( a )
assert a ; assert ( a ) , ( "b" )

def f ( ) : pass ;
def f(): a; b ; # a comment
def f ( a , / , b : ( int ) , c = 1 , * args : T , d , e : int = 2 , ** kw : K ) -> ( R ) :
    """Text."""
    global g , h
    def inner ( ) :
        nonlocal a , b
        yield
        yield a , b
        x = yield ( a )
        x = yield from ( b )
        return
    class C : pass
    return ( a ) , ;

def f(
    a, * , b
) : # comment
    # comment
    return

    # comment

@ deco
# comment
@ ( deco ) ( 1 ) . b

async def g ( ) :
	async with a as b , ( c ) as ( d ) : pass
	async for x in y : await z ;
	else : pass ;
	x = [ a async for a in b if await c ] ; return await ( d )

class A : x = 1 ; y = 2 ;
@ deco ( )
class B ( A , * b , metaclass = M , ** k ) :

    """Text."""

    x : int = 1
    def m ( self ) : return self . __x ;
class C ( ) :
    pass

if a : b
if a :
    b
elif ( c ) : d ;
elif e :
    f
else :
    if g : h
if a :
    b
else :
    if c : d
    elif e : f
    else : g ;
while a : b ; break ;
while ( a ) :
    continue
else : b
for ( a ) in ( b ) : c
else :
    d ;
with a : b
with ( a ) , b as c : d ;
with ( a as b , c ( ) ) : d
with ( a , b ) : c
with ( a , b ) as c : d
with a as ( b , c ) , d as e . f , g as h [ 0 ] :
    pass
try : a
except : b ;
try :
    a
except A: b
except ( B , C ) as e:
    c
else : d
finally :
    e ;
try : a
finally : b
raise
raise A
raise ( A ) from ( B )

match a :
    case 1 | - 1 | 1 + 2j | "a" 'b' | None | True : pass
    case ( 1 ) : pass ;
    case a . b : pass
    case _ if ( c ) : pass
    case [ ] | ( ) : pass
    case [ a , * _ , b ] | [ * b , ] : pass
    case a , * b , : pass
    case * _ , a : pass
    case ( a , ) | ( ( b , c ) ) : pass
    case { "k" : a , 1 : _ , ** rest , } : pass
    case { } : pass
    case A ( ) | a . B ( 1 , ( x ) , k = 2 , l = _ , ) : pass
    case ( A ( ) as b ) | ( c ) : pass
    case ( a | b ) as c :
        pass
match ( a , b ) :
    case x : y ;
match * a , b :
    case x : y
match = case = type = _ = 1
match ( a )
