/* A vector of one element, in plain C. */
typedef real vec;
typedef int vec_mask;
#define LANES 1
#define VECTORS 16
#define WIDE_PACK 1

static inline vec vec_set(real x)
{
    return x;
}

static inline vec vec_load(const real *x)
{
    return *x;
}

static inline void vec_store(real *to, vec x)
{
    *to = x;
}

static inline vec vec_sqrt(vec x)
{
    return REAL_SQRT(x);
}

/* Gives y if x is NaN; y must not be NaN. Of two zeros it may give either. */
static inline vec vec_min(vec x, vec y)
{
    return x < y ? x : y;
}

static inline vec_mask vec_ge(vec x, vec y)
{
    return x >= y;
}

static inline vec_mask vec_lt(vec x, vec y)
{
    return x < y;
}

static inline vec_mask vec_and(vec_mask x, vec_mask y)
{
    return x & y;
}

static inline vec_mask vec_or(vec_mask x, vec_mask y)
{
    return x | y;
}

static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return mask ? yes : no;
}

static inline unsigned vec_bits(vec_mask mask)
{
    return (unsigned)mask;
}
