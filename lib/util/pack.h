/* A pack: several vectors of neurons that advance together, operation by operation, so that the
 * latency of one vector's operation hides behind the others'. Each function does one operation of
 * IEEE 754 on each element, so the bits are those of plain C for every width of vectors and packs.
 *
 * A file that includes this one first includes a vector type, util/vec_<isa>.h, and defines
 *
 *     PACK      the number of vectors in a pack; a pack of one is a vector */
#ifndef IZH_LIB_PACK_H
#define IZH_LIB_PACK_H

#if PACK == 1
typedef vec pack;
typedef vec_mask pack_mask;
#define EACH
#define OF(a) a
#define LANE_OF 0 /* the index in the pack of the first element of OF(a) */
#else
typedef struct {
    vec x[PACK];
} pack;
typedef struct {
    vec_mask x[PACK];
} pack_mask;
#define EACH _Pragma("GCC unroll 8") for (int j = 0; j < PACK; j++)
#define OF(a) a.x[j]
#define LANE_OF (j * LANES)
#endif

ALWAYS_INLINE pack add(pack a, pack b)
{
    EACH OF(a) = OF(a) + OF(b);
    return a;
}

ALWAYS_INLINE pack sub(pack a, pack b)
{
    EACH OF(a) = OF(a) - OF(b);
    return a;
}

ALWAYS_INLINE pack mul(pack a, pack b)
{
    EACH OF(a) = OF(a) * OF(b);
    return a;
}

ALWAYS_INLINE pack scale(real s, pack a)
{
    EACH OF(a) = s * OF(a);
    return a;
}

ALWAYS_INLINE pack negative(pack a)
{
    EACH OF(a) = -OF(a);
    return a;
}

ALWAYS_INLINE pack all_of(real s)
{
    pack a;
    EACH OF(a) = vec_set(s);
    return a;
}

/* Gives b if a is NaN. Of two zeros it may give either. */
ALWAYS_INLINE pack smaller(pack a, pack b)
{
    EACH OF(a) = vec_min(OF(a), OF(b));
    return a;
}

ALWAYS_INLINE pack_mask at_least(pack a, pack b)
{
    pack_mask m;
    EACH OF(m) = vec_ge(OF(a), OF(b));
    return m;
}

ALWAYS_INLINE pack_mask below(pack a, pack b)
{
    pack_mask m;
    EACH OF(m) = vec_lt(OF(a), OF(b));
    return m;
}

ALWAYS_INLINE pack_mask both(pack_mask a, pack_mask b)
{
    EACH OF(a) = vec_and(OF(a), OF(b));
    return a;
}

ALWAYS_INLINE pack_mask either(pack_mask a, pack_mask b)
{
    EACH OF(a) = vec_or(OF(a), OF(b));
    return a;
}

ALWAYS_INLINE pack choose(pack_mask m, pack yes, pack no)
{
    EACH OF(yes) = vec_select(OF(m), OF(yes), OF(no));
    return yes;
}

ALWAYS_INLINE pack larger(pack a, pack b)
{
    return choose(below(b, a), a, b);
}

ALWAYS_INLINE pack absolute(pack a)
{
    return choose(below(a, all_of(0)), negative(a), a);
}

#endif
