/* What the vectors of x86 have in common. vec_<isa>.h defines vec, vec_mask, OP(name), which is the
 * intrinsic, and the comparisons. What is done with a mask depends on its kind. */
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

/* Gives y if x is NaN; y must not be NaN. Of two zeros it may give either. */
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

#ifdef VEC_MASK_BITS /* a mask is an integer with one bit per lane */
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
#else /* a mask is a vector; all bits of a lane are equal */
static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return OP(and)(x, y);
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return OP(or)(x, y);
}

/* Not blendv: GCC would compare the mask with zero before each use. */
static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return OP(or)(OP(and)(mask, yes), OP(andnot)(mask, no));
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)OP(movemask)(mask);
}
#endif
