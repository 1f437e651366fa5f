/* The kernels of one method, instruction set and precision. This file is compiled once for each,
 * with
 *
 *     IZH_KERNEL_SCHEME   the method's scheme, of methods/schemes.h or closed_schemes.h
 *     IZH_KERNEL_VEC      the header of the vector, "util/vec_<isa>.h"
 *     IZH_KERNEL_NAME     what to define, izh_kernels_<isa>_<precision>_<scheme>
 *     IZH_KERNEL_F32      defined for single precision
 *     IZH_KERNEL_WIDE     defined if a pack is a whole part, else it is one vector
 *     IZH_KERNEL_SHORTENS defined if a step may have to be shortened with grid events, too
 *
 * and with the flags of the instruction set. So everything here but IZH_KERNEL_NAME is static.
 * Every operation is one of IEEE 754's and has its place in the order of lib/methods, so the bits
 * are those of a solver, whatever the width of a vector. */
#include <string.h>

#include "cells/kernel.h"
#include "methods/hump.h"
#include "util/float.h"
#include "util/real.h"

#ifdef IZH_KERNEL_F32
#define STATE_MAX IZH_F32_STATE_MAX
#else
#define STATE_MAX IZH_F64_STATE_MAX
#endif

#include IZH_KERNEL_VEC

/* A kernel takes a part, VECTORS vectors, through all steps in registers, pack by pack. Wide packs
 * are unrolled, which takes a compiler minutes. Builds that gain nothing by it do without: those
 * without optimization, and those with sanitizers, which define IZH_KERNEL_SMALL. */
#if defined(IZH_KERNEL_WIDE) && defined(__OPTIMIZE__) && !defined(IZH_KERNEL_SMALL)
#define PACK WIDE_PACK
#else
#define PACK 1
#endif
#include "methods/schemes.h"
#ifndef IZH_KERNEL_WIDE
#include "methods/closed_schemes.h"
#endif
#define PART (VECTORS * LANES)
#define PACKS (VECTORS / PACK)
#define WIDTH (PACK * LANES)
#define WORDS ((PART + 63) / 64)

_Static_assert(IZH_GROUP % PART == 0 && PART % 8 == 0, "a group is whole parts of whole bytes");

/* ---- packs and memory ---- */

ALWAYS_INLINE pack load(const real *from)
{
    pack a;
    (void)from;
    EACH OF(a) = vec_load(from + LANE_OF);
    return a;
}

ALWAYS_INLINE void store(real *to, pack a)
{
    EACH vec_store(to + LANE_OF, OF(a));
}

/* Sets the bits of a pack's neurons, the first of which is number `at` of its part. */
ALWAYS_INLINE void set_bits(uint64_t words[WORDS], int at, pack_mask mask)
{
    EACH words[(at + LANE_OF) / 64] |= (uint64_t)vec_bits(OF(mask)) << ((at + LANE_OF) % 64);
}

/* ---- columns ---- */

/* Copies reals of neurons i, ... from `from`. The padding gets those of the last neuron, so that it
 * is in no trouble that the last neuron is not in. */
static __attribute__((noinline)) void copy_last(const struct izh_kernel_job *job, const real *from,
                                                size_t i, real to[WIDTH])
{
    for (size_t k = 0; k < WIDTH; k++)
        to[k] = from[i + k < job->n ? i + k : job->n - 1];
}

/* Does not return the pack: GCC would copy it as often as it is passed on. */
ALWAYS_INLINE void load_neuron(const struct izh_kernel_job *job, const real *from, size_t i,
                               pack *to)
{
    real last[WIDTH];
    if (i + WIDTH > job->n) {
        copy_last(job, from, i, last);
        EACH OF((*to)) = vec_load(last + LANE_OF);
    } else {
        EACH OF((*to)) = vec_load(from + i + LANE_OF);
    }
}

ALWAYS_INLINE void load_column(const struct izh_kernel_job *job, enum izh_column_name c, size_t i,
                               pack *to)
{
    const struct izh_column *column = &job->columns[c];
    const real *values = column->values;
    if (column->stride)
        load_neuron(job, values, i, to);
    else
        EACH OF((*to)) = vec_set(*values);
}

/* What a reset needs. */
ALWAYS_INLINE void load_reset(const struct izh_kernel_job *job, size_t i, bool special,
                              struct neurons *m)
{
    load_column(job, IZH_VPEAK, i, &m->vpeak);
    load_column(job, IZH_C, i, &m->c);
    load_column(job, IZH_D, i, &m->d);
    if (special) {
        load_column(job, IZH_VPEAK_U, i, &m->vpeak_u);
        load_column(job, IZH_C_U, i, &m->c_u);
        load_column(job, IZH_U_MAX, i, &m->u_max);
    }
}

ALWAYS_INLINE void load_neurons(const struct izh_kernel_job *job, size_t i, bool special,
                                struct neurons *m)
{
    load_column(job, IZH_K2, i, &m->k2);
    load_column(job, IZH_K1, i, &m->k1);
    load_column(job, IZH_K0, i, &m->k0);
    load_column(job, IZH_W, i, &m->w);
    load_column(job, IZH_A, i, &m->a);
    load_column(job, IZH_R, i, &m->r);
    load_column(job, IZH_B_LO, i, &m->b_lo);
    load_column(job, IZH_VB, i, &m->vb);
    load_reset(job, i, special, m);
    if (special) {
        load_column(job, IZH_B_HI, i, &m->b_hi);
        load_column(job, IZH_B3, i, &m->b3);
        m->straight = both(both(at_least(m->b_lo, m->b_hi), at_least(m->b_hi, m->b_lo)),
                           at_least(all_of(0), absolute(m->b3)));
    }
}

ALWAYS_INLINE pack peak(const struct neurons *m, pack u, bool special)
{
    return special ? add(m->vpeak, mul(m->vpeak_u, u)) : m->vpeak;
}

/* What a tick brings to a part that is fed. A part is fed, tick by tick, if it jumps, if it
 * conducts, or if its states are seen. */
struct feed {
    real I[PART], G[PART];
    real k1[PART];                     /* k1 - w G */
    real start_v[PART], start_u[PART]; /* the states before the jumps */
    uint64_t jumped[WORDS]; /* neurons that reached the peak by their jump, and were reset */
    uint64_t bad[WORDS];    /* those of them whose reset is not below the peak, or out of bounds */
};

/* Gives the padding after the last neuron what that neuron is given. */
static __attribute__((noinline)) void repeat_last(const struct izh_kernel_job *job, size_t at,
                                                  real given[PART])
{
    for (size_t i = job->n - at; i < PART; i++)
        given[i] = given[job->n - at - 1];
}

/* The constant currents of a part. */
static void load_currents(const struct izh_kernel_job *job, size_t at, real I[PART])
{
    const struct izh_column *column = &job->columns[IZH_CONSTANT_I];
    const real *values = column->values;
    if (column->stride)
        memcpy(I, values + at, PART * sizeof *I);
    for (size_t i = 0; !column->stride && i < PART; i += WIDTH)
        store(I + i, all_of(values[0]));
    if (at + PART > job->n)
        repeat_last(job, at, I);
}

/* The normals of a part at a tick. */
static const real *find_normals(const struct izh_kernel_job *job, uint64_t tick, size_t at)
{
    const struct izh_normals *n = &job->normals;
    const uint64_t row = 4 * n->width * (tick - n->tick);
    return (const real *)n->reals + row + (job->first + at - 4 * n->block);
}

static size_t count_of_part(const struct izh_kernel_job *job, size_t at)
{
    return job->n - at < PART ? job->n - at : PART;
}

/* Asks for the currents of a part in a tick, and for what else `input` has room for. The host's
 * currents are doubles. */
ALWAYS_INLINE void ask(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                       struct izh_kernel_input input, real I[PART])
{
    const size_t count = count_of_part(job, at);
#ifdef IZH_KERNEL_F32
    double given[PART];
    for (size_t i = 0; i < PART; i++)
        given[i] = I[i];
    input.I = given;
    job->drive(job, tick, at, count, &input);
    for (size_t i = 0; i < PART; i++)
        I[i] = (real)given[i];
#else
    input.I = I;
    job->drive(job, tick, at, count, &input);
#endif
}

/* Adds the noise, and fills the padding. */
ALWAYS_INLINE void finish_currents(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                                   real I[PART])
{
    if (job->sigma > 0) {
        const real *normal = find_normals(job, tick, at);
        const pack sigma = all_of((real)job->sigma);
        for (size_t i = 0; i < PART; i += WIDTH)
            store(I + i, add(load(I + i), mul(sigma, load(normal + i))));
    }
    if (at + PART > job->n)
        repeat_last(job, at, I);
}

/* The row of a part's currents at the job's tick, which a row for each later tick follows, if the
 * currents are known ahead; else NULL. */
ALWAYS_INLINE const real *find_flows(const struct izh_kernel_job *job, size_t at)
{
    const struct izh_flows *f = &job->flows;
    const size_t row = (at - f->at) * f->ticks + PART * (size_t)(job->tick - f->tick);
    return f->reals ? (const real *)f->reals + row : NULL;
}

/* Makes the currents of a part, k ticks after the job's tick, in `room`. `flows` is what
 * find_flows() gives, or NULL. */
static const real *collect_currents(const struct izh_kernel_job *job, int k, size_t at,
                                    const real *flows, real room[PART])
{
    const uint64_t tick = job->tick + (uint64_t)k;
    if (flows) {
        memcpy(room, flows + k * PART, PART * sizeof *room);
    } else {
        load_currents(job, at, room);
        if (job->drive)
            ask(job, tick, at, (struct izh_kernel_input){0}, room);
    }
    finish_currents(job, tick, at, room);
    return room;
}

/* As collect_currents(), but if nothing is to be added, returns the currents where they are. */
ALWAYS_INLINE const real *find_currents(const struct izh_kernel_job *job, int k, size_t at,
                                        const real *flows, real room[PART])
{
    return flows && !(job->sigma > 0) ? flows + k * PART
                                      : collect_currents(job, k, at, flows, room);
}

/* w I */
ALWAYS_INLINE pack weigh(const struct neurons *m, pack I, struct variant is)
{
    return is.form_2003 ? I : mul(m->w, I);
}

/* ---- spike bits ---- */

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

ALWAYS_INLINE pack_mask within_bounds(const struct states *y)
{
    const pack most = all_of(STATE_MAX), least = all_of(-STATE_MAX);
    return both(both(below(y->v, most), below(least, y->v)),
                both(below(y->u, most), below(least, y->u)));
}

/* Whether x and y are so far within the bounds that the sum of two such numbers is, too. */
ALWAYS_INLINE pack_mask far_within_bounds(pack x, pack y)
{
    return below(add(mul(x, x), mul(y, y)), all_of(STATE_MAX * STATE_MAX / 8));
}

/* SUM_MOST is above u^2 + v, or its sum over the steps of a block; SUM_LEAST is below v. If both
 * bounds have held, no state was anywhere near STATE_MAX. */
#define SUM_MOST (STATE_MAX / 8)
#define SUM_LEAST (STATE_MAX * (real)-1e-8)

/* What a pass has seen of a part. The packs share one vector of sums and one of least values, which
 * take a few operations for each pack. Padding counts, too: at worst a closer look finds
 * nothing. */
struct seen {
    vec sum, least;
};

ALWAYS_INLINE void see_least(struct seen *seen, pack v)
{
    EACH seen->least = vec_min(OF(v), seen->least);
}

ALWAYS_INLINE void see(struct seen *seen, const struct states *y)
{
    const pack squares = add(mul(y->u, y->u), y->v);
    EACH seen->sum = seen->sum + OF(squares);
    see_least(seen, y->least);
}

ALWAYS_INLINE bool all(vec_mask mask)
{
    return vec_bits(mask) == (unsigned)(((uint64_t)1 << LANES) - 1);
}

ALWAYS_INLINE bool any_below(vec x, real limit)
{
    return vec_bits(vec_lt(x, vec_set(limit))) != 0;
}

ALWAYS_INLINE bool all_bounded(const struct seen *seen)
{
    return all(
        vec_and(vec_lt(seen->sum, vec_set(SUM_MOST)), vec_lt(vec_set(SUM_LEAST), seen->least)));
}

/* Loads a part before a block, with its constant currents or what it is fed. */
ALWAYS_INLINE void load_part(const struct izh_kernel_job *job, size_t at, const struct feed *fed,
                             struct variant is, struct neurons *m, struct states *y, real I[PART],
                             struct seen *seen)
{
    if (fed)
        memcpy(I, fed->I, sizeof fed->I);
    else
        load_currents(job, at, I);
    for (int p = 0; p < PACKS; p++) {
        const size_t i = at + p * WIDTH;
        load_neurons(job, i, is.special, &m[p]);
        if (fed)
            m[p].k1 = load(fed->k1 + p * WIDTH);
        load_neuron(job, job->from_v, i, &y[p].v);
        load_neuron(job, job->from_u, i, &y[p].u);
        y[p].wI = weigh(&m[p], load(I + p * WIDTH), is);
        see_least(seen, y[p].v);
    }
}

/* Turns the bits of `count` neurons from those that are well into those that are not. Returns false
 * if there are none. */
ALWAYS_INLINE bool turn_bits(uint64_t words[WORDS], size_t count)
{
    uint64_t any = 0;
    for (size_t w = 0; 64 * w < count; w++)
        any |= words[w] ^= count - 64 * w < 64 ? ((uint64_t)1 << (count % 64)) - 1 : UINT64_MAX;
    return any != 0;
}

ALWAYS_INLINE bool any_bits(const uint64_t words[WORDS])
{
    uint64_t any = 0;
    for (int w = 0; w < WORDS; w++)
        any |= words[w];
    return any != 0;
}

/* Drops the bits of padding; false if none is left. */
static bool drop_padding(const struct izh_kernel_job *job, size_t at, uint64_t words[WORDS])
{
    for (size_t i = 0; i < PART; i++)
        if (at + i >= job->n)
            words[i / 64] &= ~((uint64_t)1 << (i % 64));
    return any_bits(words);
}

/* ---- the limit of stability ---- */

/* Whether a part that conducts may have taken a step beyond the limit, from the least v of all its
 * neurons. The expressions are those of the steps, in which every rounding keeps the order. */
ALWAYS_INLINE bool may_be_beyond(const struct izh_kernel_job *job, const struct neurons m[PACKS],
                                 const struct seen *seen)
{
    const vec limit = vec_set((real)job->stable), h = vec_set((real)job->h);
    unsigned any = 0;
    for (int p = 0; job->stable > 0 && p < PACKS; p++) {
        pack v;
        EACH OF(v) = seen->least;
        const pack pull = pull_at(&m[p], v);
        EACH any |= vec_bits(vec_lt(limit, h * OF(pull)));
    }
    return any != 0;
}

/* Which of a pack's neurons have taken a step beyond the limit: izh_step_unstable(). */
ALWAYS_INLINE pack_mask beyond_limit(const struct izh_kernel_job *job, const struct states *y)
{
    return below(all_of((real)job->stable), scale((real)job->h, y->pull));
}

static void tell_beyond(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                        const uint64_t words[WORDS], const uint64_t except[WORDS])
{
    for (int w = 0; w < WORDS; w++)
        for (uint64_t left = words[w] & ~except[w]; left; left &= left - 1)
            job->unstable(job, tick, at + (size_t)(w * 64 + __builtin_ctzll(left)));
}

/* ---- events ---- */

/* Which of a pack's neurons surely met no event in a step. v stayed below the peak and rose too
 * slowly to have been there (IZH_HUMP); v kept to its side of the kink, if there is one; u and v
 * are far from their bounds, unless v is below IZH_LEAST_V. All forms judge a neuron without
 * special terms by the same expressions: its fate must not depend on its neighbours. */
ALWAYS_INLINE pack_mask eventless(const struct neurons *m, const struct states *from, pack speed,
                                  const struct states *to, real h, struct variant is)
{
    const real twice = IZH_HUMP * h;
    const pack highest = ahead(from->v, twice, speed);
    const pack_mask bounded = below(add(mul(to->u, to->u), to->v), all_of(SUM_MOST));
    pack_mask clear = both(below(to->v, peak(m, to->u, is.special)), bounded);
    if (!is.special)
        return both(clear, below(highest, m->vpeak));
    const pack zero = all_of(0), side = sub(from->v, m->vb);
    const struct rates rates = rates_at(m, from, from->v, from->u, 0, is);
    const pack closing = sub(speed, mul(m->vpeak_u, rates.u));
    const pack_mask kept = both(below(zero, mul(side, sub(to->v, m->vb))),
                                below(zero, mul(side, sub(highest, m->vb))));
    clear = both(clear, below(ahead(from->v, twice, closing), peak(m, from->u, true)));
    return both(clear, either(m->straight, kept));
}

/* ---- a closer look ---- */

/* A step of a part, with all that may be asked about it. It is needed rarely, so one function does
 * it for all forms. */
struct look {
    real v[PART], u[PART];  /* the states after the step, without events */
    uint64_t beyond[WORDS]; /* the step is beyond the limit of stability */
    uint64_t met[WORDS];    /* it may have met an event, or v is below IZH_LEAST_V */
};

static __attribute__((noinline)) void look(const struct izh_kernel_job *job, size_t at,
                                           const struct feed *fed, const real *v, const real *u,
                                           const real *I, struct variant is, struct look *to)
{
    memset(to, 0, sizeof *to);
    for (int k = 0; k < PART; k += WIDTH) {
        struct neurons m = {.k2 = all_of(0)}; /* GCC cannot tell that the rest is not read */
        load_neurons(job, at + k, is.special, &m);
        if (fed)
            m.k1 = load(fed->k1 + k);
        struct states from = {.v = load(v + k), .u = load(u + k), .wI = mul(m.w, load(I + k))};
        if (is.special && is.decided)
            from.low = below(from.v, m.vb);
        struct states y = from;
        const pack speed = IZH_KERNEL_SCHEME(&m, &y, (real)job->h, is);
        const pack_mask near = at_least(y.v, all_of((real)IZH_LEAST_V));
        set_bits(to->met, k, both(near, eventless(&m, &from, speed, &y, (real)job->h, is)));
        set_bits(to->beyond, k, beyond_limit(job, &y));
        store(to->v + k, y.v);
        store(to->u + k, y.u);
    }
    turn_bits(to->met, PART);
}

/* ---- grid events ---- */

/* izh_model_reset() of the neurons that spike. */
ALWAYS_INLINE void reset_those(pack_mask spikes, const struct neurons *m, struct states *y,
                               struct variant is, pack_mask *good)
{
    pack v = m->c, u = add(y->u, m->d);
    if (is.special) {
        v = add(m->c, mul(m->c_u, y->u));
        u = choose(below(u, m->u_max), u, m->u_max);
    }
    y->v = choose(spikes, v, y->v);
    y->u = choose(spikes, u, y->u);
    if (is.special) /* a reset must lie below the peak */
        *good = both(*good, below(y->v, peak(m, y->u, true)));
}

/* Spikes and resets at the end of a step: izh_model_above_peak, izh_model_reset. */
ALWAYS_INLINE pack_mask reset(const struct neurons *m, struct states *y, struct variant is,
                              pack_mask *good)
{
    const pack_mask spikes = at_least(y->v, peak(m, y->u, is.special));
    reset_those(spikes, m, y, is, good);
    return spikes;
}

/* Takes one step by a solver's own rule: neither the state at its end nor the state after a reset
 * may leave the bounds. */
static bool step_grid(const struct izh_kernel_job *job, size_t at, unsigned char *lost,
                      const struct feed *fed, struct variant is)
{
    uint64_t spikes[WORDS] = {0}, bad[WORDS] = {0};
    struct look seen;
    real room[PART];
    const real *I = fed ? fed->I : find_currents(job, 0, at, find_flows(job, at), room);
    look(job, at, fed, (const real *)job->from_v + at, (const real *)job->from_u + at, I, is,
         &seen);
    for (int k = 0; k < PART; k += WIDTH) {
        struct neurons m;
        load_reset(job, at + k, is.special, &m);
        struct states y = {.v = load(seen.v + k), .u = load(seen.u + k)};
        pack_mask good = within_bounds(&y);
        set_bits(spikes, k, reset(&m, &y, is, &good));
        set_bits(bad, k, both(good, within_bounds(&y)));
        store((real *)job->v + at + k, y.v);
        store((real *)job->u + at + k, y.u);
    }
    turn_bits(bad, PART);
    for (int w = 0; fed && w < WORDS; w++)
        bad[w] |= fed->bad[w];
    const bool fine = !drop_padding(job, at, bad);
    store_bits(job->bits + at / 8, spikes);
    store_bits(lost, bad);
    tell_beyond(job, job->tick, at, seen.beyond, bad);
    return fine;
}

/* How a pass over all steps ends. */
enum outcome {
    WELL,
    LOST,    /* a neuron may have left the bounds; nothing is stored */
    UNSTABLE /* a step may be beyond the limit, and was not reported; nothing is stored */
};

/* Reports the neurons of a part whose steps from y are beyond the limit. */
ALWAYS_INLINE void tell_part(const struct izh_kernel_job *job, uint64_t tick, size_t at,
                             const struct feed *fed, const struct states *y, const real *I,
                             struct variant is)
{
    const uint64_t none[WORDS] = {0};
    struct look seen;
    real v[PART], u[PART];
    for (int p = 0; p < PACKS; p++) {
        store(v + p * WIDTH, y[p].v);
        store(u + p * WIDTH, y[p].u);
    }
    look(job, at, fed, v, u, I, is, &seen);
    tell_beyond(job, tick, at, seen.beyond, none);
}

/* If `tells`, steps beyond the limit are reported. Else the pass only sees that there may be some:
 * because v is below the job's least, or because the part conducts. */
ALWAYS_INLINE enum outcome pass_grid(const struct izh_kernel_job *job, size_t at, int steps,
                                     const struct feed *fed, struct variant is, bool tells)
{
    const real h = (real)job->h;
    const bool driven = !fed && (job->drive || job->sigma > 0);
    const real *const flows = find_flows(job, at);
    struct neurons m[PACKS];
    struct states y[PACKS];
    struct seen seen = {vec_set(0), vec_set((real)IZH_INFINITY)};
    pack_mask good[PACKS];
    real room[PART];
    const real *I = room;
    load_part(job, at, fed, is, m, y, room, &seen);
    for (int p = 0; p < PACKS; p++) {
        good[p] = far_within_bounds(m[p].c, m[p].d);
        see_least(&seen, m[p].c);
    }
    for (int k = 0; k < steps; k++) {
        const uint64_t tick = job->tick + (uint64_t)k;
        uint64_t spikes[WORDS] = {0};
        if (driven)
            I = find_currents(job, k, at, flows, room);
        if (tells)
            tell_part(job, tick, at, fed, y, I, is);
        for (int p = 0; p < PACKS; p++) {
            if (driven)
                y[p].wI = weigh(&m[p], load(I + p * WIDTH), is);
            IZH_KERNEL_SCHEME(&m[p], &y[p], h, is);
            see(&seen, &y[p]);
            set_bits(spikes, p * WIDTH, reset(&m[p], &y[p], is, &good[p]));
            if (is.special) { /* else a reset leads no further than to c, or by d */
                good[p] = both(good[p], far_within_bounds(y[p].v, y[p].u));
                see_least(&seen, y[p].v);
            }
        }
        store_bits(job->bits + (size_t)k * job->row + at / 8, spikes);
    }
    uint64_t bad[WORDS] = {0};
    for (int p = 0; p < PACKS; p++)
        set_bits(bad, p * WIDTH, good[p]);
    if (!all_bounded(&seen) || (turn_bits(bad, PART) && drop_padding(job, at, bad)))
        return LOST;
    if (!tells &&
        (any_below(seen.least, (real)job->least) || (fed && may_be_beyond(job, m, &seen))))
        return UNSTABLE;
    for (int p = 0; p < PACKS; p++) {
        store((real *)job->v + at + p * WIDTH, y[p].v);
        store((real *)job->u + at + p * WIDTH, y[p].u);
    }
    return WELL;
}

/* Steps beyond the limit of stability are rare: the first pass only sees that there may be some. */
ALWAYS_INLINE bool run_grid(const struct izh_kernel_job *job, size_t at, int steps,
                            const struct feed *fed, struct variant is)
{
    for (bool tells = false;; tells = true) {
        const enum outcome outcome = pass_grid(job, at, steps, fed, is, tells);
        if (outcome != UNSTABLE)
            return outcome == WELL;
    }
}

/* ---- exact events ---- */

/* A step of a part that may meet events. */
struct exact_step {
    uint64_t tick;
    size_t at;
    const real *I;
    const struct feed *fed; /* or NULL */
};

/* What the event function is told of neuron k of the part. */
static struct izh_kernel_event event_of(const struct izh_kernel_job *job,
                                        const struct exact_step *s, int k, const struct look *to)
{
    const size_t i = s->at + (size_t)k;
    const int word = k / 64, bit = k % 64;
    struct izh_kernel_event e = {.tick = s->tick, .i = i, .I = s->I[k]};
    e.from_v = e.start_v = ((const real *)job->v)[i];
    e.from_u = e.start_u = ((const real *)job->u)[i];
    e.v = to->v[k];
    e.u = to->u[k];
    e.beyond = to->beyond[word] >> bit & 1;
    if (s->fed) {
        e.G = s->fed->G[k];
        e.start_v = s->fed->start_v[k];
        e.start_u = s->fed->start_u[k];
        e.jumped = s->fed->jumped[word] >> bit & 1;
    }
    return e;
}

/* Hands the neurons marked in `words` to the event function, which takes them over the step. `to`
 * has the states after the step without events, the job's v and u those before. */
static void take_events(const struct izh_kernel_job *job, const struct exact_step *s,
                        const uint64_t words[WORDS], struct look *to)
{
    for (int w = 0; w < WORDS; w++)
        for (uint64_t left = words[w]; left; left &= left - 1) {
            const int k = w * 64 + __builtin_ctzll(left);
            struct izh_kernel_event e = event_of(job, s, k, to);
            job->event(job, &e);
            to->v[k] = (real)e.v;
            to->u[k] = (real)e.u;
        }
}

/* Finishes a step of a part that has met events, or may have if `again`. Without events, the step
 * leads from `from` to y. */
ALWAYS_INLINE void step_events(const struct izh_kernel_job *job, const struct exact_step *s,
                               const struct states *from, struct states *y, struct variant is,
                               bool again, uint64_t met[WORDS])
{
    real *const from_v = (real *)job->v + s->at, *const from_u = (real *)job->u + s->at;
    struct look seen = {.beyond = {0}};
    for (int p = 0; p < PACKS; p++) {
        store(from_v + p * WIDTH, from[p].v);
        store(from_u + p * WIDTH, from[p].u);
        store(seen.v + p * WIDTH, y[p].v);
        store(seen.u + p * WIDTH, y[p].u);
    }
    if (again) {
        look(job, s->at, s->fed, from_v, from_u, s->I, is, &seen);
        met = seen.met;
        for (int w = 0; s->fed && w < WORDS; w++)
            met[w] |= s->fed->jumped[w];
        drop_padding(job, s->at, met);
        tell_beyond(job, s->tick, s->at, seen.beyond, met);
    }
    take_events(job, s, met, &seen);
    for (int p = 0; p < PACKS; p++) {
        y[p].v = load(seen.v + p * WIDTH);
        y[p].u = load(seen.u + p * WIDTH);
    }
}

ALWAYS_INLINE bool run_exact(const struct izh_kernel_job *job, size_t at, int steps,
                             const struct feed *fed, struct variant is)
{
    const real h = (real)job->h, least = (real)job->least;
    const bool driven = !fed && (job->drive || job->sigma > 0);
    const real *const flows = find_flows(job, at);
    struct neurons m[PACKS];
    struct states y[PACKS], from[PACKS];
    struct seen seen = {vec_set(0), vec_set((real)IZH_INFINITY)};
    real room[PART];
    const real *I = room;
    load_part(job, at, fed, is, m, y, room, &seen);
    for (int k = 0; k < steps; k++) {
        uint64_t met[WORDS] = {0};
        if (driven)
            I = find_currents(job, k, at, flows, room);
        for (int p = 0; p < PACKS; p++) {
            if (driven)
                y[p].wI = weigh(&m[p], load(I + p * WIDTH), is);
            if (is.special)
                y[p].low = below(y[p].v, m[p].vb);
            from[p] = y[p];
            const pack speed = IZH_KERNEL_SCHEME(&m[p], &y[p], h, is);
            see_least(&seen, y[p].least);
            set_bits(met, p * WIDTH, eventless(&m[p], &from[p], speed, &y[p], h, is));
        }
        const bool again = any_below(seen.least, least) ||
                           (fed && (any_bits(fed->jumped) || may_be_beyond(job, m, &seen)));
        if (!again &&
            (!turn_bits(met, PART) || (at + PART > job->n && !drop_padding(job, at, met))))
            continue;
        const struct exact_step step = {job->tick + (uint64_t)k, at, I, fed};
        step_events(job, &step, from, y, is, again, met);
        seen.least = vec_set((real)IZH_INFINITY);
        for (int p = 0; p < PACKS; p++)
            see_least(&seen, y[p].v);
    }
    for (int p = 0; p < PACKS; p++) {
        store((real *)job->v + at + p * WIDTH, y[p].v);
        store((real *)job->u + at + p * WIDTH, y[p].u);
    }
    return true;
}

/* ---- parts that are fed ---- */

/* A part's kernel, for one form and kind of events. */
typedef bool part_fn(const struct izh_kernel_job *job, size_t at, int steps, unsigned char *lost,
                     const struct feed *fed);

/* By how much each v of a part jumps. */
static void ask_jumps(const struct izh_kernel_job *job, size_t at, real by[PART])
{
    double dv[PART] = {0};
    job->jump(job, job->tick, at, count_of_part(job, at), dv);
    for (size_t i = 0; i < PART; i++)
        by[i] = (real)dv[i];
    if (at + PART > job->n)
        repeat_last(job, at, by);
}

ALWAYS_INLINE pack_mask moves(pack dv)
{
    const pack zero = all_of(0);
    return either(below(dv, zero), below(zero, dv));
}

/* Applies the jumps, and finds the neurons that reach the peak by them. */
static void add_jumps(const struct izh_kernel_job *job, size_t at, const real by[PART],
                      bool special, struct feed *to)
{
    real *const v = (real *)job->v + at, *const u = (real *)job->u + at;
    for (int k = 0; k < PART; k += WIDTH) {
        const pack dv = load(by + k), from = load(v + k);
        const pack_mask moved = moves(dv);
        const pack y = choose(moved, add(from, dv), from); /* -0 stays what it is without a jump */
        pack top, slope;
        load_column(job, IZH_VPEAK, at + k, &top);
        if (special) {
            load_column(job, IZH_VPEAK_U, at + k, &slope);
            top = add(top, mul(slope, load(u + k)));
        }
        set_bits(to->jumped, k, both(moved, at_least(y, top)));
        store(v + k, y);
    }
}

/* Resets the neurons that reached the peak, which is rare. */
static void reset_jumped(const struct izh_kernel_job *job, size_t at, const real by[PART],
                         bool special, struct feed *to)
{
    const struct variant is = {.special = special};
    real *const v = (real *)job->v + at, *const u = (real *)job->u + at;
    uint64_t fine[WORDS] = {0};
    for (int k = 0; k < PART; k += WIDTH) {
        struct neurons m = {.k2 = all_of(0)};
        struct states y = {.v = load(v + k), .u = load(u + k)};
        load_reset(job, at + k, special, &m);
        const pack_mask spikes = both(moves(load(by + k)), at_least(y.v, peak(&m, y.u, special)));
        pack_mask good = at_least(all_of(0), all_of(0));
        reset_those(spikes, &m, &y, is, &good);
        set_bits(fine, k, both(good, within_bounds(&y)));
        store(v + k, y.v);
        store(u + k, y.u);
    }
    for (int w = 0; w < WORDS; w++)
        to->bad[w] = to->jumped[w] & ~fine[w];
    drop_padding(job, at, to->bad);
}

/* Takes a part, whose states are in v and u, through the jumps of a tick. */
static void take_jumps(const struct izh_kernel_job *job, size_t at, bool special, struct feed *to)
{
    real by[PART];
    ask_jumps(job, at, by);
    add_jumps(job, at, by, special, to);
    if (any_bits(to->jumped))
        reset_jumped(job, at, by, special, to);
}

/* Asks for what flows into a part at a tick, in its states after the jumps. */
static void ask_all(const struct izh_kernel_job *job, size_t at, struct feed *to)
{
    double G[PART] = {0};
    struct izh_kernel_input input = {.G = job->conducts ? G : NULL};
    if (job->sees) {
        input.v = (const real *)job->v + at;
        input.u = (const real *)job->u + at;
    }
    ask(job, job->tick, at, input, to->I);
    for (size_t i = 0; i < PART; i++)
        to->G[i] = (real)G[i];
    if (at + PART > job->n)
        repeat_last(job, at, to->G);
}

/* Takes a part through the jumps of a tick, and asks for what flows after them. */
static void feed(const struct izh_kernel_job *job, size_t at, bool special, struct feed *to)
{
    memcpy(to->start_v, (real *)job->v + at, sizeof to->start_v);
    memcpy(to->start_u, (real *)job->u + at, sizeof to->start_u);
    memset(to->jumped, 0, sizeof to->jumped);
    memset(to->bad, 0, sizeof to->bad);
    memset(to->G, 0, sizeof to->G);
    if (job->jump)
        take_jumps(job, at, special, to);
    load_currents(job, at, to->I);
    if (job->drive)
        ask_all(job, at, to);
    finish_currents(job, job->tick, at, to->I);
    for (int k = 0; k < PART; k += WIDTH) {
        pack k1, w;
        load_column(job, IZH_K1, at + k, &k1);
        load_column(job, IZH_W, at + k, &w);
        store(to->k1 + k, sub(k1, mul(w, load(to->G + k)))); /* k1 itself if G is 0 */
    }
}

static void copy_part(real *to_v, real *to_u, const real *v, const real *u)
{
    memmove(to_v, v, PART * sizeof *v);
    memmove(to_u, u, PART * sizeof *u);
}

/* A job that only notes that a step is beyond the limit of stability. If the part loses no neuron,
 * it is taken again and its steps are reported. */
struct noting {
    struct izh_kernel_job job;
    bool beyond;
};

static void note_beyond(const struct izh_kernel_job *job, uint64_t tick, size_t i)
{
    (void)tick;
    (void)i;
    ((struct noting *)job)->beyond = true;
}

/* Takes a part over some steps, one at a time, from memory to memory. Returns false if the kernel
 * refuses one. */
static bool step_fed(struct izh_kernel_job *one, size_t at, int steps, unsigned char *lost,
                     part_fn *take, bool special)
{
    struct feed fed;
    for (int k = 0; k < steps; k++, one->tick++) {
        feed(one, at, special, &fed);
        if (one->jump && one->bits) {
            store_bits(one->bits + at / 8, fed.jumped);
            one->bits += one->row;
        }
        if (one->bits && !lost && any_bits(fed.bad))
            return false;
        if (!take(one, at, 1, lost, &fed))
            return false;
        if (one->bits)
            one->bits += one->row;
    }
    return true;
}

/* Takes a part that is fed over some steps. One function does so for all forms, so that the kernels
 * keep their registers for parts that are not fed. */
static __attribute__((noinline)) bool run_fed(const struct izh_kernel_job *job, size_t at,
                                              int steps, unsigned char *lost, part_fn *take,
                                              bool special)
{
    const bool grid = job->bits && !lost; /* the kernel may refuse */
    real *const v = (real *)job->v + at, *const u = (real *)job->u + at;
    real from_v[PART], from_u[PART];
    copy_part(from_v, from_u, (const real *)job->from_v + at, (const real *)job->from_u + at);
    for (bool tells = !grid;; tells = true) {
        struct noting noting = {*job, false};
        noting.job.from_v = job->v;
        noting.job.from_u = job->u;
        if (!tells)
            noting.job.unstable = note_beyond;
        copy_part(v, u, from_v, from_u);
        const bool fine = step_fed(&noting.job, at, steps, lost, take, special);
        if (grid && !fine)
            copy_part(v, u, from_v, from_u);
        if (!fine || !noting.beyond)
            return fine;
    }
}

static bool is_fed(const struct izh_kernel_job *job)
{
    return job->jump || job->conducts || job->sees;
}

/* ---- what is built ---- */

#ifdef IZH_KERNEL_SHORTENS
enum {
    SHORTENS = 1
};
#else
enum {
    SHORTENS = 0
};
#endif

ALWAYS_INLINE bool run(const struct izh_kernel_job *job, size_t at, int steps, unsigned char *lost,
                       const struct feed *fed, bool exact, enum izh_form form)
{
    const struct variant is = {exact || SHORTENS, form == IZH_FORM_SPECIAL, form == IZH_FORM_2003,
                               false};
    if (is.decided)
        return run_exact(job, at, steps, fed, is);
    return lost ? step_grid(job, at, lost, fed, is) : run_grid(job, at, steps, fed, is);
}

#define KERNEL(exact, form)                                                                     \
    static __attribute__((noinline)) bool part_##exact##_##form(                                \
        const struct izh_kernel_job *job, size_t at, int steps, unsigned char *lost,            \
        const struct feed *fed)                                                                 \
    {                                                                                           \
        return run(job, at, steps, lost, fed, exact, form);                                     \
    }                                                                                           \
    static bool kernel_##exact##_##form(const struct izh_kernel_job *job, size_t at, int steps, \
                                        unsigned char *lost)                                    \
    {                                                                                           \
        part_fn *const take = part_##exact##_##form;                                            \
        return is_fed(job) ? run_fed(job, at, steps, lost, take, form == IZH_FORM_SPECIAL)      \
                           : take(job, at, steps, lost, NULL);                                  \
    }
KERNEL(0, IZH_FORM_PLAIN)
KERNEL(0, IZH_FORM_SPECIAL)
KERNEL(0, IZH_FORM_2003)
KERNEL(1, IZH_FORM_PLAIN)
KERNEL(1, IZH_FORM_SPECIAL)
KERNEL(1, IZH_FORM_2003)

const struct izh_kernels IZH_KERNEL_NAME = {
    SHORTENS,
    {{kernel_0_IZH_FORM_PLAIN, kernel_0_IZH_FORM_SPECIAL, kernel_0_IZH_FORM_2003},
     {kernel_1_IZH_FORM_PLAIN, kernel_1_IZH_FORM_SPECIAL, kernel_1_IZH_FORM_2003}},
};
