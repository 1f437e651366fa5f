/* What the vectors of x86 have in common, over the names of vec_<isa>.h: vec, vec_mask, and
 * OP(name), the intrinsic. Its own are the comparisons, and what is done with their masks. */
static inline vec vec_set(real x)
{
    return OP(set1)(x);
}

static inline vec vec_load(const real *x)
{
    return OP(loadu)(x);
}

static inline void vec_store(real *to, vec x)
{
    OP(storeu)(to, x);
}

static inline vec vec_sqrt(vec x)
{
    return OP(sqrt)(x);
}

/* y where x is no number; y is one. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return OP(min)(x, y);
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return VEC_GE(x, y);
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return VEC_LT(x, y);
}

#ifdef VEC_MASK_BITS /* a mask is a number, a bit a lane */
static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return (vec_mask)(x & y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return (vec_mask)(x | y);
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return OP(mask_blend)(mask, no, yes);
}

static inline unsigned vec_bits(vec_mask mask)
{
    return mask;
}
#else /* a mask is a vector, all bits of a lane alike */
static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return OP(and)(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return OP(or)(x, y);
}

/* Not blendv: gcc compares the mask with zero before each. */
static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return OP(or)(OP(and)(mask, yes), OP(andnot)(mask, no));
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)OP(movemask)(mask);
}
#endif
