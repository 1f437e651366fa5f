/* The kernels of one instruction set and one precision. Built once for each, with
 *
 *     IZH_KERNEL_VEC      the header of the vector, "util/vec_<isa>.h"
 *     IZH_KERNEL_NAME     the table to define, izh_kernels_<isa>_<precision>
 *     IZH_KERNEL_F32      defined for single precision
 *
 * and the flags of the instruction set: so all here but the table is static. Every operation is one
 * of IEEE 754's and stands in the order in which lib/methods has it, so the bits are those of a
 * solver, whatever the width of a vector. */
#include <string.h>

#include "events/crossing.h"
#include "cells/kernel.h"
#include "util/float.h"

#ifdef IZH_KERNEL_F32
typedef float real;
#define REAL_SQRT __builtin_sqrtf
#define NORMALS_TABLE izh_normals_table_f32
#define STATE_MAX IZH_F32_STATE_MAX
#else
typedef double real;
#define REAL_SQRT __builtin_sqrt
#define NORMALS_TABLE izh_normals_table_f64
#define STATE_MAX IZH_F64_STATE_MAX
#endif

#include IZH_KERNEL_VEC
#include "drive/noise.h"

/* What a kernel takes at once: VECTORS vectors go through all steps in registers, so many that the
 * latency of one hides behind the others. */
#define PART (VECTORS * LANES)
#define WORDS ((PART + 63) / 64)
/* With exact events the states before a step are needed, too: fewer vectors at once leave registers
 * for them, where there are enough for that. */
#ifndef EXACT_VECTORS
#define EXACT_VECTORS VECTORS
#endif
#if UNROLLED && !defined(IZH_KERNEL_ROLLED)
#define UNROLL _Pragma("GCC unroll 8")
#else
#define UNROLL _Pragma("GCC unroll 1")
#endif
#define ALWAYS_INLINE static inline __attribute__((always_inline))

_Static_assert(IZH_NORMALS_SPARE >= IZH_NOISE_CHUNK, "a chunk may be more than is asked for");
_Static_assert(VECTORS % EXACT_VECTORS == 0, "a part is taken whole");
_Static_assert(IZH_GROUP % PART == 0 && PART % 8 == 0, "a group is whole parts of whole bytes");

/* The parameters of the neurons of a vector. */
struct neurons {
    vec k2, k1, k0, w, a, r, b_lo, vb, vpeak, c, d;
    vec b_hi, b3, vpeak_u, c_u, u_max;
    vec_mask straight; /* U(v) has no kink: izh_model_has_kink */
};

/* The states of a vector, with w I, and on which piece of U(v) they are if that is decided. */
struct states {
    vec v, u, wI;
    vec_mask low;
    /* Out: the least v of a step, its end included, but not its beginning; and the largest -d v'/d
     * v at which it evaluates v'. What nobody looks at is not computed. */
    vec least, pull;
};

/* Which of the kernels this is; all constants where it is inlined. */
struct variant {
    bool exact, special;
    bool form_2003; /* w = r = 1 and vb = 0: what these leave out is exact */
};

struct rates {
    vec v, u;
};

/* ---- the model: izh_model_dv, izh_model_recovery, izh_model_du ---- */

ALWAYS_INLINE vec rate_of_v(const struct neurons *m, vec v, vec u, vec wI, struct variant is)
{
    if (is.form_2003)
        return m->k2 * v * v + m->k1 * v + m->k0 - u + wI;
    return m->k2 * v * v + m->k1 * v + m->k0 - m->w * u + wI;
}

ALWAYS_INLINE vec decay(const struct neurons *m, vec u, struct variant is)
{
    if (is.form_2003)
        return u;
    return m->r * u;
}

ALWAYS_INLINE vec recovery(const struct neurons *m, const struct states *y, vec v,
                           struct variant is)
{
    if (is.form_2003)
        return m->b_lo * v;
    const vec x = v - m->vb;
    if (!is.special)
        return m->b_lo * x;
    vec_mask low = y->low;
    if (!is.exact)
        low = vec_lt(x, vec_set(0));
    return vec_select(low, m->b_lo * x, (m->b_hi + m->b3 * x * x) * x);
}

ALWAYS_INLINE struct rates rates_at(const struct neurons *m, const struct states *y, vec v, vec u,
                                    struct variant is)
{
    return (struct rates){rate_of_v(m, v, u, y->wI, is),
                          m->a * (recovery(m, y, v, is) - decay(m, u, is))};
}

ALWAYS_INLINE vec peak(const struct neurons *m, vec u, struct variant is)
{
    if (is.special)
        return m->vpeak + m->vpeak_u * u;
    return m->vpeak;
}

/* What a step without a limit of stability says of it. */
ALWAYS_INLINE void no_limit(struct states *y)
{
    y->least = y->v;
    y->pull = vec_set(0);
}

/* ---- the methods, as in lib/methods; each returns v' at the start of the step ---- */

ALWAYS_INLINE vec largest(vec x, vec y)
{
    return vec_select(vec_lt(y, x), x, y);
}

/* izh_step_pull */
ALWAYS_INLINE vec pull_at(const struct neurons *m, vec v)
{
    const vec two = vec_set(2);
    return -(two * m->k2 * v + m->k1);
}

typedef vec step_fn(const struct neurons *m, struct states *y, real h, struct variant is);

ALWAYS_INLINE vec euler(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct rates k1 = rates_at(m, y, y->v, y->u, is);
    y->pull = pull_at(m, y->v);
    y->v = y->v + h * k1.v;
    y->u = y->u + h * k1.u;
    y->least = y->v;
    return k1.v;
}

ALWAYS_INLINE vec midpoint(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const real half = (real).5 * h;
    const struct rates k1 = rates_at(m, y, y->v, y->u, is);
    const vec v2 = y->v + half * k1.v;
    const struct rates k2 = rates_at(m, y, v2, y->u + half * k1.u, is);
    y->pull = largest(pull_at(m, v2), pull_at(m, y->v));
    y->v = y->v + h * k2.v;
    y->u = y->u + h * k2.u;
    y->least = vec_min(v2, y->v);
    return k1.v;
}

ALWAYS_INLINE vec rk4(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const real half = (real).5 * h, sixth = h / 6, two = 2;
    const struct rates k1 = rates_at(m, y, y->v, y->u, is);
    const vec v2 = y->v + half * k1.v;
    const struct rates k2 = rates_at(m, y, v2, y->u + half * k1.u, is);
    const vec v3 = y->v + half * k2.v;
    const struct rates k3 = rates_at(m, y, v3, y->u + half * k2.u, is);
    const vec v4 = y->v + h * k3.v;
    const struct rates k4 = rates_at(m, y, v4, y->u + h * k3.u, is);
    y->pull = largest(pull_at(m, v2), pull_at(m, y->v));
    y->pull = largest(pull_at(m, v4), largest(pull_at(m, v3), y->pull));
    y->v = y->v + sixth * (k1.v + two * (k2.v + k3.v) + k4.v);
    y->u = y->u + sixth * (k1.u + two * (k2.u + k3.u) + k4.u);
    y->least = vec_min(vec_min(v2, v3), vec_min(v4, y->v));
    return k1.v;
}

ALWAYS_INLINE vec published_2003(const struct neurons *m, struct states *y, real h,
                                 struct variant is)
{
    const real half = h * (real).5;
    const vec first = rate_of_v(m, y->v, y->u, y->wI, is);
    const vec v2 = y->v + half * first;
    y->pull = largest(pull_at(m, v2), pull_at(m, y->v));
    y->v = v2 + half * rate_of_v(m, v2, y->u, y->wI, is);
    y->least = vec_min(v2, y->v);
    y->u = y->u + h * m->a * (recovery(m, y, y->v, is) - decay(m, y->u, is));
    return first;
}

ALWAYS_INLINE vec absolute(vec x)
{
    return vec_select(vec_lt(x, vec_set(0)), -x, x);
}

/* izh_model_recovery_slope at the start of a step. */
ALWAYS_INLINE vec recovery_slope(const struct neurons *m, const struct states *y, struct variant is)
{
    if (!is.special)
        return m->b_lo;
    const vec x = y->v - m->vb, three = vec_set(3);
    vec_mask low = y->low;
    if (!is.exact)
        low = vec_lt(x, vec_set(0));
    return vec_select(low, m->b_lo, m->b_hi + three * m->b3 * x * x);
}

/* Where the step in closed form may not be the whole story, v is no number: the event function then
 * takes the neuron over the step. */
ALWAYS_INLINE vec if_true(vec_mask condition, vec v)
{
    return vec_select(condition, v, vec_set((real)IZH_NAN));
}

/* plainly_connected of lib/methods/backward_euler.c. */
ALWAYS_INLINE vec_mask plainly_connected(const struct neurons *m, const struct states *y, vec f0,
                                         vec g0, vec slope, real h, struct variant is)
{
    const vec one = vec_set(1), two = vec_set(2), half = vec_set((real).5);
    const vec rho = two * h * absolute(m->a), zero = vec_set(0);
    const vec jvv = two * m->k2 * y->v + m->k1;
    const vec c0 = h * (absolute(f0) + m->w * rho * absolute(g0));
    const vec c1 = one - h * (largest(zero, jvv) + m->w * rho * absolute(slope));
    const vec c2 = h * absolute(m->k2), four = vec_set(4);
    vec_mask fine = vec_and(vec_lt(h * absolute(m->a * m->r), half), vec_lt(zero, c1));
    fine = vec_and(fine, vec_lt(four * c2 * c0, c1 * c1));
    if (is.special) /* a cubic equation */
        fine = vec_and(fine, vec_ge(zero, absolute(m->b3)));
    return fine;
}

ALWAYS_INLINE vec backward_euler(const struct neurons *m, struct states *y, real h,
                                 struct variant is)
{
    const vec zero = vec_set(0), one = vec_set(1), two = vec_set(2), four = vec_set(4);
    const vec denominator = one + h * m->a * m->r, rho = h * m->a / denominator;
    const vec hwr = h * m->w * rho, f0 = rate_of_v(m, y->v, y->u, y->wI, is);
    const vec g0 = recovery(m, y, y->v, is) - m->r * y->u, slope = recovery_slope(m, y, is);
    const vec jvv = two * m->k2 * y->v + m->k1;
    const vec c0 = h * f0 - hwr * g0, c1 = h * jvv - hwr * slope - one;
    const vec_mask falling = vec_lt(c0, zero);
    const vec size = vec_select(falling, -c0, c0), c2 = h * m->k2;
    const vec disc = c1 * c1 - four * vec_select(falling, -c2, c2) * size;
    const vec q = -c1 + vec_sqrt(disc), root = two * size / q;
    const vec_mask known = plainly_connected(m, y, f0, g0, slope, h, is);
    const vec x = vec_select(falling, -root, root);
    y->v = if_true(known, y->v + x);
    y->u = y->u + rho * (g0 + x * slope);
    no_limit(y);
    return f0;
}

/* x I + y N: izh_pair of lib/methods/phi.h. */
struct pair {
    vec x, y;
};

ALWAYS_INLINE struct pair times(struct pair p, struct pair q, vec d)
{
    return (struct pair){p.x * q.x + d * p.y * q.y, p.x * q.y + p.y * q.x};
}

ALWAYS_INLINE struct pair plus(struct pair p, struct pair q)
{
    return (struct pair){p.x + q.x, p.y + q.y};
}

ALWAYS_INLINE struct pair cubic(const double c[4], struct pair z, struct pair z2, vec d)
{
    const vec c0 = vec_set((real)c[0]), c1 = vec_set((real)c[1]), c2 = vec_set((real)c[2]);
    const vec c3 = vec_set((real)c[3]);
    const struct pair low = {c0 + c1 * z.x, c1 * z.y}, high = {c2 + c3 * z.x, c3 * z.y};
    return plus(low, times(high, z2, d));
}

/* phi_1 for small z: series of lib/methods/phi.c. */
ALWAYS_INLINE struct pair phi_series(struct pair z, vec d)
{
    static const double c[] = {1. / 6,        1. / 24,        1. / 120,        1. / 720,
                               1. / 5040,     1. / 40320,     1. / 362880,     1. / 3628800,
                               1. / 39916800, 1. / 479001600, 1. / 6227020800, 1. / 87178291200};
    const struct pair z2 = times(z, z, d), z4 = times(z2, z2, d);
    const struct pair p0 = cubic(c, z, z2, d), p4 = cubic(c + 4, z, z2, d);
    const struct pair p8 = cubic(c + 8, z, z2, d);
    struct pair phi = plus(p0, times(z4, plus(p4, times(z4, p8, d)), d));
    phi = times(z, phi, d);
    phi.x = phi.x + (real).5;
    phi = times(z, phi, d);
    phi.x = phi.x + 1;
    return phi;
}

/* phi_1 of t I + N, N^2 = d: izh_phi_set of methods/phi.c, each neuron with its own doublings. */
ALWAYS_INLINE struct pair phi_1(vec t, vec d)
{
    const vec square = largest(t * t, absolute(d)), half = vec_set((real).5), one = vec_set(1);
    vec f = vec_select(vec_lt(vec_set((real).0625), square), half, one);
    for (real least = (real).25; vec_bits(vec_ge(square, vec_set(least))) && least < (real)0x1p100;
         least *= 4)
        f = vec_select(vec_ge(square, vec_set(least)), half * f, f);
    struct pair z = {f * t, f}, phi = phi_series(z, d);
    for (vec_mask more; vec_bits(more = vec_lt(z.y, one)); z = plus(z, z)) {
        struct pair step = times(z, phi, d);
        step = (struct pair){half * step.x + one, half * step.y};
        step = times(phi, step, d);
        phi.x = vec_select(more, step.x, phi.x);
        phi.y = vec_select(more, step.y, phi.y);
    }
    phi.x = if_true(vec_lt(square, vec_set((real)0x1p100)), phi.x);
    return phi;
}

ALWAYS_INLINE vec exp_euler(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct rates f = rates_at(m, y, y->v, y->u, is);
    const vec two = vec_set(2), jvv = two * m->k2 * y->v + m->k1, juu = -m->a * m->r;
    const real half = (real).5 * h;
    const vec t = half * (jvv + juu), e = half * (jvv - juu);
    const vec nvu = h * -m->w, nuv = h * (m->a * recovery_slope(m, y, is)), d = e * e + nvu * nuv;
    const struct pair phi = phi_1(t, d);
    y->v = y->v + h * (phi.x * f.v + phi.y * (e * f.v + nvu * f.u));
    y->u = y->u + h * (phi.x * f.u + phi.y * (nuv * f.v + -e * f.u));
    if (is.exact) /* it may ring, and turn within the step (count_pieces of lib/events) */
        y->v = if_true(vec_lt(vec_set((real)-2.4), d), y->v);
    no_limit(y);
    return f.v;
}

/* ---- columns ---- */

ALWAYS_INLINE vec load_column(const struct izh_column *column, size_t i)
{
    const real *values = column->values;
    return column->stride ? vec_load(values + i) : vec_set(*values);
}

ALWAYS_INLINE struct neurons load_neurons(const struct izh_kernel_job *job, size_t i, bool special)
{
    const struct izh_column *c = job->columns;
    struct neurons m = {.k2 = load_column(&c[IZH_K2], i),
                        .k1 = load_column(&c[IZH_K1], i),
                        .k0 = load_column(&c[IZH_K0], i),
                        .w = load_column(&c[IZH_W], i),
                        .a = load_column(&c[IZH_A], i),
                        .r = load_column(&c[IZH_R], i),
                        .b_lo = load_column(&c[IZH_B_LO], i),
                        .vb = load_column(&c[IZH_VB], i),
                        .vpeak = load_column(&c[IZH_VPEAK], i),
                        .c = load_column(&c[IZH_C], i),
                        .d = load_column(&c[IZH_D], i)};
    if (special) {
        m.b_hi = load_column(&c[IZH_B_HI], i);
        m.b3 = load_column(&c[IZH_B3], i);
        m.vpeak_u = load_column(&c[IZH_VPEAK_U], i);
        m.c_u = load_column(&c[IZH_C_U], i);
        m.u_max = load_column(&c[IZH_U_MAX], i);
        m.straight = vec_and(vec_and(vec_ge(m.b_lo, m.b_hi), vec_ge(m.b_hi, m.b_lo)),
                             vec_ge(vec_set(0), absolute(m.b3)));
    }
    return m;
}

/* The constant currents of some neurons. */
static void load_currents(const struct izh_kernel_job *job, size_t at, size_t count, real *I)
{
    const struct izh_column *column = &job->columns[IZH_CURRENT];
    const real *values = column->values;
    for (size_t i = 0; i < count; i++)
        I[i] = values[column->stride * (at + i)];
}

static void make_normals(const struct izh_normals *n, uint64_t seed, size_t blocks)
{
    NORMALS_TABLE(n->reals, seed, n->block, n->tick, n->width, blocks);
}

/* The normals of a part at a tick. */
static const real *find_normals(const struct izh_kernel_job *job, uint64_t tick, size_t at)
{
    const struct izh_normals *n = &job->normals;
    const uint64_t row = 4 * n->width * (tick - n->tick);
    return (const real *)n->reals + row + (job->first + at - 4 * n->block);
}

/* The currents of a part in a tick. */
static void drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, real I[PART])
{
    load_currents(job, at, PART, I);
    if (job->drive && at < job->n) {
        double given[PART];
        const size_t count = job->n - at < PART ? job->n - at : PART;
        for (size_t i = 0; i < count; i++)
            given[i] = I[i];
        job->drive(job, tick, at, count, given);
        for (size_t i = 0; i < count; i++)
            I[i] = (real)given[i];
    }
    if (job->sigma > 0) {
        const real *normal = find_normals(job, tick, at);
        for (size_t i = 0; i < PART; i++)
            I[i] += (real)job->sigma * normal[i];
    }
}

/* ---- spike bits ---- */

/* Sets the bits of vector j of a part. */
ALWAYS_INLINE void set_bits(uint64_t words[WORDS], int j, vec_mask mask)
{
    const int at = j * LANES;
    words[at / 64] |= (uint64_t)vec_bits(mask) << (at % 64);
}

/* The first neuron is the lowest bit of the first byte on every machine. */
ALWAYS_INLINE void store_bits(unsigned char *to, const uint64_t words[WORDS])
{
    for (int w = 0; w < WORDS; w++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        const uint64_t word = __builtin_bswap64(words[w]);
#else
        const uint64_t word = words[w];
#endif
        memcpy(to + 8 * w, &word, PART < 64 ? PART / 8 : 8);
    }
}

/* ---- bounds ---- */

ALWAYS_INLINE vec_mask within_bounds(const struct states *y)
{
    const vec most = vec_set(STATE_MAX), least = vec_set(-STATE_MAX);
    return vec_and(vec_and(vec_lt(y->v, most), vec_lt(least, y->v)),
                   vec_and(vec_lt(y->u, most), vec_lt(least, y->u)));
}

/* Whether both are so far within the bounds that the sum of two such numbers is, too. */
ALWAYS_INLINE vec_mask far_within_bounds(vec x, vec y)
{
    return vec_lt(x * x + y * y, vec_set(STATE_MAX * STATE_MAX / 8));
}

/* Bounds on u^2 + v, or on its sum over the steps of a block: where it has kept to them, and v has
 * not been below the least, no state was anywhere near the bounds. */
#define SUM_MOST (STATE_MAX / 8)
#define SUM_LEAST (STATE_MAX * (real)-1e-8)

/* ---- the limit of stability ---- */

/* Which of a vector's neurons have taken a step beyond it: izh_step_unstable. */
ALWAYS_INLINE vec_mask beyond_limit(const struct izh_kernel_job *job, const struct states *y)
{
    return vec_lt(vec_set((real)job->stable), (real)job->h * y->pull);
}

static void tell_beyond(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                        const uint64_t words[WORDS], const uint64_t except[WORDS])
{
    for (int w = 0; w < WORDS; w++)
        for (uint64_t left = words[w] & ~except[w]; left; left &= left - 1)
            job->unstable(job, tick, at + (size_t)(w * 64 + __builtin_ctzll(left)));
}

/* Looks for neurons that take a step beyond it, and tells of them: of a part from the states v and
 * u under the currents I, in one step. */
ALWAYS_INLINE void look_beyond(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                               const real *v, const real *u, const real *I, step_fn *step,
                               struct variant is)
{
    const uint64_t none[WORDS] = {0};
    uint64_t beyond[WORDS] = {0};
    for (int j = 0; j < VECTORS; j++) {
        const struct neurons m = load_neurons(job, at + j * LANES, is.special);
        struct states y;
        y.v = vec_load(v + j * LANES);
        y.u = vec_load(u + j * LANES);
        y.wI = m.w * vec_load(I + j * LANES);
        step(&m, &y, (real)job->h, is);
        set_bits(beyond, j, beyond_limit(job, &y));
    }
    tell_beyond(job, tick, at, beyond, none);
}

/* ---- grid events ---- */

/* Spikes and resets at the end of a step: izh_model_above_peak, izh_model_reset. */
ALWAYS_INLINE vec_mask reset(const struct neurons *m, struct states *y, struct variant is,
                             vec_mask *good)
{
    const vec_mask spikes = vec_ge(y->v, peak(m, y->u, is));
    vec v = m->c, u = y->u + m->d;
    if (is.special) {
        v = m->c + m->c_u * y->u;
        u = vec_select(vec_lt(u, m->u_max), u, m->u_max);
    }
    y->v = vec_select(spikes, v, y->v);
    y->u = vec_select(spikes, u, y->u);
    if (is.special) /* a reset must lie below the peak */
        *good = vec_and(*good, vec_lt(y->v, peak(m, y->u, is)));
    return spikes;
}

/* Turns the bits of so many neurons, those that are well, into those of neurons that are not; false
 * for none. */
ALWAYS_INLINE bool turn_bits(uint64_t words[WORDS], size_t count)
{
    uint64_t any = 0;
    for (size_t w = 0; 64 * w < count; w++)
        any |= words[w] ^= count - 64 * w < 64 ? ((uint64_t)1 << (count % 64)) - 1 : UINT64_MAX;
    return any != 0;
}

/* Drops the bits of padding; false if none is left. */
static bool drop_padding(const struct izh_kernel_job *job, size_t at, uint64_t words[WORDS])
{
    uint64_t any = 0;
    for (size_t i = 0; i < PART; i++)
        if (at + i >= job->n)
            words[i / 64] &= ~((uint64_t)1 << (i % 64));
    for (int w = 0; w < WORDS; w++)
        any |= words[w];
    return any != 0;
}

/* One step by a solver's own rule: neither what the step ends with nor what a reset makes of it may
 * leave the bounds. */
ALWAYS_INLINE bool step_grid(const struct izh_kernel_job *job, size_t at, unsigned char *lost,
                             step_fn *step, struct variant is)
{
    uint64_t spikes[WORDS] = {0}, bad[WORDS] = {0}, beyond[WORDS] = {0};
    real I[PART];
    drive(job, job->tick, at, I);
    for (int j = 0; j < VECTORS; j++) {
        const size_t i = at + j * LANES;
        const struct neurons m = load_neurons(job, i, is.special);
        struct states y;
        y.v = vec_load((const real *)job->from_v + i);
        y.u = vec_load((const real *)job->from_u + i);
        y.wI = m.w * vec_load(I + j * LANES);
        step(&m, &y, (real)job->h, is);
        set_bits(beyond, j, beyond_limit(job, &y));
        vec_mask good = within_bounds(&y);
        set_bits(spikes, j, reset(&m, &y, is, &good));
        set_bits(bad, j, vec_and(good, within_bounds(&y)));
        vec_store((real *)job->v + i, y.v);
        vec_store((real *)job->u + i, y.u);
    }
    const bool fine = !turn_bits(bad, PART) || !drop_padding(job, at, bad);
    store_bits(job->bits + at / 8, spikes);
    store_bits(lost, bad);
    tell_beyond(job, job->tick, at, beyond, bad);
    return fine;
}

/* How a pass over all steps ends. */
enum outcome {
    WELL,
    LOST,    /* a neuron may have left the bounds; nothing is stored */
    UNSTABLE /* a step may be beyond the limit, and nobody was told; nothing is stored */
};

/* `tells`: of the steps beyond the limit. Else their v is below the job's least, and it is seen
 * that there may be some. */
ALWAYS_INLINE enum outcome pass_grid(const struct izh_kernel_job *job, size_t at, int steps,
                                     step_fn *step, struct variant is, bool tells)
{
    const real h = (real)job->h;
    const bool driven = job->drive || job->sigma > 0;
    struct neurons m[VECTORS];
    struct states y[VECTORS];
    vec sum[VECTORS], least[VECTORS];
    vec_mask good[VECTORS];
    real I[PART];
    load_currents(job, at, PART, I);
    UNROLL for (int j = 0; j < VECTORS; j++)
    {
        const size_t i = at + j * LANES;
        m[j] = load_neurons(job, i, is.special);
        y[j].v = vec_load((const real *)job->from_v + i);
        y[j].u = vec_load((const real *)job->from_u + i);
        y[j].wI = m[j].w * vec_load(I + j * LANES);
        sum[j] = vec_set(0);
        least[j] = vec_min(y[j].v, m[j].c);
        good[j] = far_within_bounds(m[j].c, m[j].d);
    }
    for (int k = 0; k < steps; k++) {
        uint64_t spikes[WORDS] = {0};
        if (driven)
            drive(job, job->tick + (uint64_t)k, at, I);
        if (tells) {
            real v[PART], u[PART];
            UNROLL for (int j = 0; j < VECTORS; j++)
            {
                vec_store(v + j * LANES, y[j].v);
                vec_store(u + j * LANES, y[j].u);
            }
            look_beyond(job, job->tick + (uint64_t)k, at, v, u, I, step, is);
        }
        UNROLL for (int j = 0; j < VECTORS; j++)
        {
            const struct neurons *mj = &m[j];
            if (driven)
                y[j].wI = mj->w * vec_load(I + j * LANES);
            step(mj, &y[j], h, is);
            least[j] = vec_min(y[j].least, least[j]);
            sum[j] = sum[j] + (y[j].u * y[j].u + y[j].v);
            set_bits(spikes, j, reset(mj, &y[j], is, &good[j]));
            if (is.special) { /* else a reset goes no further than c, or by d */
                good[j] = vec_and(good[j], far_within_bounds(y[j].v, y[j].u));
                least[j] = vec_min(y[j].v, least[j]);
            }
        }
        store_bits(job->bits + (size_t)k * job->row + at / 8, spikes);
    }
    bool any = false;
    uint64_t bad[WORDS] = {0}, low[WORDS] = {0};
    UNROLL for (int j = 0; j < VECTORS; j++)
    {
        const vec_mask bounded =
            vec_and(vec_lt(sum[j], vec_set(SUM_MOST)), vec_lt(vec_set(SUM_LEAST), least[j]));
        const vec_mask below = vec_lt(least[j], vec_set((real)job->least));
        set_bits(bad, j, vec_and(good[j], bounded));
        set_bits(low, j, below);
        any |= vec_bits(below) != 0;
    }
    if (turn_bits(bad, PART) && drop_padding(job, at, bad))
        return LOST;
    if (!tells && any && drop_padding(job, at, low))
        return UNSTABLE;
    UNROLL for (int j = 0; j < VECTORS; j++)
    {
        vec_store((real *)job->v + at + j * LANES, y[j].v);
        vec_store((real *)job->u + at + j * LANES, y[j].u);
    }
    return WELL;
}

/* Steps beyond the limit of stability are rare: the first pass only sees that there may be some. */
ALWAYS_INLINE bool run_grid(const struct izh_kernel_job *job, size_t at, int steps, step_fn *step,
                            struct variant is)
{
    enum outcome outcome = UNSTABLE;
    for (int pass = 0; outcome == UNSTABLE; pass++)
        outcome = pass_grid(job, at, steps, step, is, pass > 0);
    return outcome == WELL;
}

/* ---- exact events ---- */

/* Hands the neurons marked in `words` to the event function, which takes them over the step; v and
 * u have the states after it without events, the columns those before. */
static void take_events(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                        const uint64_t words[WORDS], const uint64_t beyond[WORDS], const real *I,
                        real *v, real *u)
{
    for (int w = 0; w < WORDS; w++)
        for (uint64_t left = words[w]; left; left &= left - 1) {
            const int k = w * 64 + __builtin_ctzll(left);
            const size_t i = at + (size_t)k;
            const double from_v = ((const real *)job->v)[i], from_u = ((const real *)job->u)[i];
            double to_v = v[k], to_u = u[k];
            job->event(job, tick, i, I[k], from_v, from_u, &to_v, &to_u, beyond[w] >> (k % 64) & 1);
            v[k] = (real)to_v;
            u[k] = (real)to_u;
        }
}

/* Which of a vector's neurons surely met no event in a step: v stayed below the peak and rose too
 * slowly to have been there (IZH_HUMP), it kept to its side of the kink if there is one, and both
 * are far from their bounds, unless v is below IZH_LEAST_V. A neuron without special terms is
 * judged by the same expressions in all forms: its fate must not depend on its neighbours. */
ALWAYS_INLINE vec_mask eventless(const struct neurons *m, const struct states *from, vec speed,
                                 const struct states *to, real h, struct variant is)
{
    const real twice = IZH_HUMP * h;
    const vec ahead = from->v + twice * speed;
    const vec_mask bounded = vec_lt(to->u * to->u + to->v, vec_set(SUM_MOST));
    vec_mask clear = vec_and(vec_lt(to->v, peak(m, to->u, is)), bounded);
    if (!is.special)
        return vec_and(clear, vec_lt(ahead, m->vpeak));
    const vec zero = vec_set(0), side = from->v - m->vb;
    const vec closing = speed - m->vpeak_u * rates_at(m, from, from->v, from->u, is).u;
    const vec_mask kept =
        vec_and(vec_lt(zero, side * (to->v - m->vb)), vec_lt(zero, side * (ahead - m->vb)));
    clear = vec_and(clear, vec_lt(from->v + twice * closing, peak(m, from->u, is)));
    return vec_and(clear, vec_or(m->straight, kept));
}

/* Takes a step once more where some v is low, and all has to be looked at. */
ALWAYS_INLINE void look_again(const struct izh_kernel_job *job, size_t at, const real *I,
                              step_fn *step, struct variant is, int vectors, uint64_t met[WORDS],
                              uint64_t beyond[WORDS])
{
    const real h = (real)job->h;
    memset(met, 0, WORDS * sizeof *met);
    for (int j = 0; j < vectors; j++) {
        const struct neurons m = load_neurons(job, at + j * LANES, is.special);
        struct states y, from;
        from.v = vec_load((const real *)job->v + at + j * LANES);
        from.u = vec_load((const real *)job->u + at + j * LANES);
        from.wI = m.w * vec_load(I + j * LANES);
        if (is.special)
            from.low = vec_lt(from.v, m.vb);
        y = from;
        const vec speed = step(&m, &y, h, is);
        const vec_mask near = vec_ge(y.v, vec_set((real)IZH_LEAST_V));
        set_bits(met, j, vec_and(near, eventless(&m, &from, speed, &y, h, is)));
        set_bits(beyond, j, beyond_limit(job, &y));
    }
    turn_bits(met, (size_t)vectors * LANES);
}

/* Takes some vectors over all steps. */
ALWAYS_INLINE void run_exact_vectors(const struct izh_kernel_job *job, size_t at, int steps,
                                     step_fn *step, struct variant is, int vectors, bool driven)
{
    const real h = (real)job->h;
    const vec least = vec_set((real)job->least);
    const size_t count = (size_t)vectors * LANES;
    struct neurons m[VECTORS];
    struct states y[VECTORS], from[VECTORS];
    real I[PART];
    load_currents(job, at, count, I);
    const vec_mask none = vec_lt(vec_set(0), vec_set(0));
    vec_mask low = none; /* where v is below the least, or was in a step */
    UNROLL for (int j = 0; j < vectors; j++)
    {
        const size_t i = at + j * LANES;
        m[j] = load_neurons(job, i, is.special);
        y[j].v = vec_load((const real *)job->from_v + i);
        y[j].u = vec_load((const real *)job->from_u + i);
        y[j].wI = m[j].w * vec_load(I + j * LANES);
        low = vec_or(low, vec_lt(y[j].v, least));
    }
    for (int k = 0; k < steps; k++) {
        uint64_t met[WORDS] = {0};
        if (driven)
            drive(job, job->tick + (uint64_t)k, at, I);
        UNROLL for (int j = 0; j < vectors; j++)
        {
            const struct neurons *mj = &m[j];
            if (driven)
                y[j].wI = mj->w * vec_load(I + j * LANES);
            if (is.special)
                y[j].low = vec_lt(y[j].v, mj->vb);
            from[j] = y[j];
            const vec speed = step(mj, &y[j], h, is);
            low = vec_or(low, vec_lt(y[j].least, least));
            set_bits(met, j, eventless(mj, &from[j], speed, &y[j], h, is));
        }
        const bool again = vec_bits(low);
        if (!again &&
            (!turn_bits(met, count) || (at + count > job->n && !drop_padding(job, at, met))))
            continue;
        real v[PART], u[PART];
        UNROLL for (int j = 0; j < vectors; j++)
        {
            vec_store((real *)job->v + at + j * LANES, from[j].v);
            vec_store((real *)job->u + at + j * LANES, from[j].u);
            vec_store(v + j * LANES, y[j].v);
            vec_store(u + j * LANES, y[j].u);
        }
        uint64_t beyond[WORDS] = {0};
        if (again) {
            look_again(job, at, I, step, is, vectors, met, beyond);
            drop_padding(job, at, met);
            tell_beyond(job, job->tick + (uint64_t)k, at, beyond, met);
        }
        take_events(job, job->tick + (uint64_t)k, at, met, beyond, I, v, u);
        low = none;
        UNROLL for (int j = 0; j < vectors; j++)
        {
            y[j].v = vec_load(v + j * LANES);
            y[j].u = vec_load(u + j * LANES);
            low = vec_or(low, vec_lt(y[j].v, least));
        }
    }
    UNROLL for (int j = 0; j < vectors; j++)
    {
        vec_store((real *)job->v + at + j * LANES, y[j].v);
        vec_store((real *)job->u + at + j * LANES, y[j].u);
    }
}

/* Currents that change come for whole parts. */
ALWAYS_INLINE bool run_exact(const struct izh_kernel_job *job, size_t at, int steps, step_fn *step,
                             struct variant is)
{
    if (job->drive || job->sigma > 0)
        run_exact_vectors(job, at, steps, step, is, VECTORS, true);
    else
        for (int j = 0; j < VECTORS; j += EXACT_VECTORS)
            run_exact_vectors(job, at + j * LANES, steps, step, is, EXACT_VECTORS, false);
    return true;
}

/* ---- the table ---- */

#define KERNEL(method, is_exact, form)                                                             \
    static bool method##_##is_exact##_##form(const struct izh_kernel_job *job, size_t at,          \
                                             int steps, unsigned char *lost)                       \
    {                                                                                              \
        const struct variant is = {is_exact, form == IZH_FORM_SPECIAL, form == IZH_FORM_2003};     \
        if (is.exact)                                                                              \
            return run_exact(job, at, steps, method, is);                                          \
        return lost ? step_grid(job, at, lost, method, is) : run_grid(job, at, steps, method, is); \
    }
#define KERNELS(method, form) KERNEL(method, 0, form) KERNEL(method, 1, form)
#define FORMS(method) KERNELS(method, IZH_FORM_PLAIN) KERNELS(method, IZH_FORM_SPECIAL)
FORMS(euler)
KERNELS(euler, IZH_FORM_2003)
FORMS(midpoint)
KERNELS(midpoint, IZH_FORM_2003)
FORMS(rk4)
FORMS(published_2003)
KERNELS(published_2003, IZH_FORM_2003)
FORMS(exp_euler)
KERNEL(backward_euler, 1, IZH_FORM_PLAIN)
KERNEL(backward_euler, 1, IZH_FORM_SPECIAL)

/* Where a method has no kernel of the 2003 form, the plain one stands in. */
#define ROW(method, is_exact, form_2003)                                              \
    {                                                                                 \
        method##_##is_exact##_IZH_FORM_PLAIN, method##_##is_exact##_IZH_FORM_SPECIAL, \
            method##_##is_exact##_##form_2003                                         \
    }
#define ROWS(method, form_2003)                              \
    {                                                        \
        ROW(method, 0, form_2003), ROW(method, 1, form_2003) \
    }
const struct izh_kernels IZH_KERNEL_NAME = {
    PART,
    make_normals,
    {
        [IZH_KERNEL_EULER] = ROWS(euler, IZH_FORM_2003),
        [IZH_KERNEL_MIDPOINT] = ROWS(midpoint, IZH_FORM_2003),
        [IZH_KERNEL_RK4] = ROWS(rk4, IZH_FORM_PLAIN),
        [IZH_KERNEL_PUBLISHED_2003] = ROWS(published_2003, IZH_FORM_2003),
        [IZH_KERNEL_EXP_EULER] = ROWS(exp_euler, IZH_FORM_PLAIN),
        /* With grid events, too, a step may have to be shortened. */
        [IZH_KERNEL_BACKWARD_EULER] = {ROW(backward_euler, 1, IZH_FORM_PLAIN),
                                       ROW(backward_euler, 1, IZH_FORM_PLAIN)},
    },
};
