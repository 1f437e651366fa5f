#include "network/receptors.h"

#include "util/exp.h"
#include "util/memory.h"

/* A smaller state counts as 0: it would become a subnormal number, which is slow. */
#define LEAST_STATE 1e-30
#define DEFAULT_RANGE 1024
#define RISE_MOST .95

/* ---- what a receptor may be ---- */

static bool is_power_of_two(double x)
{
    return x >= 0x1p-20 && x <= 0x1p30 && izh_pow2(izh_exponent(x)) == x;
}

static bool has_kind(const izh_receptor *r)
{
    return r->kind == IZH_JUMP || r->kind == IZH_CURRENT || r->kind == IZH_CONDUCTANCE;
}

static const char *tau_fault(const izh_receptor *r)
{
    if (!(r->tau >= 0 && r->tau <= DBL_MAX))
        return "must be finite and not negative";
    if (r->kind == IZH_JUMP && r->tau > 0)
        return "must be 0: a jump has none";
    if (r->kind == IZH_CONDUCTANCE && !(r->tau > 0))
        return "must be above 0 for a conductance";
    return NULL;
}

static const char *rise_fault(const izh_receptor *r)
{
    if (r->kind != IZH_CONDUCTANCE && r->rise != 0)
        return "must be 0: only a conductance has one";
    return r->rise >= 0 && r->rise <= RISE_MOST * r->tau ? NULL : "must be from 0 to .95 tau";
}

static const char *E_fault(const izh_receptor *r)
{
    if (!izh_isfinite(r->E))
        return "must be finite";
    return r->kind == IZH_CONDUCTANCE || r->E == 0 ? NULL : "must be 0: only a conductance has one";
}

struct izh_field_fault izh_receptor_check(const izh_receptor *r)
{
    const char *why;
    if (!has_kind(r))
        return (struct izh_field_fault){"kind", r->kind, "is none of IZH_JUMP, ..."};
    if (r->nmda != 0 && (r->nmda != 1 || r->kind != IZH_CONDUCTANCE))
        return (struct izh_field_fault){"nmda", r->nmda, "must be 0, or 1 for a conductance"};
    if ((why = tau_fault(r)))
        return (struct izh_field_fault){"tau", r->tau, why};
    if ((why = rise_fault(r)))
        return (struct izh_field_fault){"rise", r->rise, why};
    if ((why = E_fault(r)))
        return (struct izh_field_fault){"E", r->E, why};
    if (r->range != 0 && !is_power_of_two(r->range))
        return (struct izh_field_fault){"range", r->range, "is no power of two from 2^-20 to 2^30"};
    return (struct izh_field_fault){NULL, 0, NULL};
}

bool izh_receptor_weight(const struct izh_receptor_law *law, double w, int32_t *k)
{
    const double units = w / law->unit;
    if (!(izh_fabs(units) < 0x1p32) || (law->is.kind == IZH_CONDUCTANCE && w < 0))
        return false;
    const double nearest = (units + 0x1.8p52) - 0x1.8p52; /* ties to even */
    if (!(izh_fabs(nearest) < 0x1p31) || (nearest == 0 && w != 0))
        return false;
    *k = (int32_t)nearest;
    return true;
}

/* ---- laws ---- */

/* The mean over a tick uses the same rounded factor as the decay, so that the charge of a weight,
 * the sum of all its means, is exactly w tau. If that factor is so near 1 that the difference has
 * few digits left, or none, the mean is taken by its series. */
static struct izh_decay decay_of(double tau, double dt)
{
    const double x = dt / tau, keep = izh_exp(-x);
    const double mean = x < 0x1p-32 ? 1 - x / 2 : tau * (1 - keep) / dt;
    return (struct izh_decay){keep, mean, {NULL, NULL}};
}

/* The difference of exponentials is largest at t = tau rise / (tau - rise) ln(tau / rise). The peak
 * stays the same if both times are multiplied by a factor: here tau becomes about 1, so that no
 * product overflows. A rise that is negligible beside tau leaves the peak at 1. */
static double peak_of(double tau, double rise)
{
    if (tau < DBL_MIN || rise < 1e-20 * tau)
        return 1;
    const int exponent = izh_exponent(tau);
    const double scale = izh_pow2(exponent < 1000 ? -exponent : -1000); /* a power of 2: exact */
    tau *= scale;
    rise *= scale;
    const double t = tau * rise / (tau - rise) * izh_ln(tau / rise);
    return 1 / (izh_exp(-t / tau) - izh_exp(-t / rise));
}

static struct izh_receptor_law law_of(const izh_receptor *r, double dt)
{
    struct izh_receptor_law law = {.is = *r, .charge = 1, .peak = 1};
    if (law.is.range == 0)
        law.is.range = DEFAULT_RANGE;
    law.unit = law.is.range * 0x1p-31;
    if (izh_receptor_decays(&law))
        law.slow = decay_of(r->tau, dt);
    else if (r->kind == IZH_CURRENT)
        law.charge = dt;
    if (izh_receptor_rises(&law)) {
        law.fast = decay_of(r->rise, dt);
        law.peak = peak_of(r->tau, r->rise);
    }
    return law;
}

static bool allocate_states(struct izh_decay *decay, const izh_allocator *allocator, uint32_t n)
{
    for (int side = 0; side < 2; side++)
        decay->s[side] = izh_allocate(allocator, n, sizeof(double));
    return decay->s[0] && decay->s[1];
}

bool izh_receptors_init(struct izh_receptors *receptors, const izh_allocator *allocator,
                        const izh_receptor *of, uint32_t count, uint32_t n, double dt)
{
    receptors->n = n;
    receptors->count = count;
    for (uint32_t k = 0; k < count; k++) {
        struct izh_receptor_law *law = &receptors->law[k];
        *law = law_of(&of[k], dt);
        receptors->jumps |= of[k].kind == IZH_JUMP;
        receptors->conducts |= of[k].kind == IZH_CONDUCTANCE;
        receptors->nmda |= of[k].nmda;
        if ((izh_receptor_decays(law) && !allocate_states(&law->slow, allocator, n)) ||
            (izh_receptor_rises(law) && !allocate_states(&law->fast, allocator, n)))
            return false;
    }
    return true;
}

void izh_receptors_release(struct izh_receptors *receptors, const izh_allocator *allocator)
{
    for (uint32_t k = 0; k < receptors->count; k++)
        for (int side = 0; side < 2; side++) {
            izh_release(allocator, receptors->law[k].slow.s[side], receptors->n, sizeof(double));
            izh_release(allocator, receptors->law[k].fast.s[side], receptors->n, sizeof(double));
        }
}

/* ---- a tick ---- */

/* The nearest double, ties to even, on every instruction set: both halves are exact, so only their
 * sum rounds. */
static inline double to_double(int64_t x)
{
    return (double)(int32_t)(x >> 32) * 0x1p32 + (double)(uint32_t)x;
}

static inline double step_decay(double s, double keep, double arrived)
{
    s = s * keep + arrived;
    return izh_fabs(s) < LEAST_STATE ? 0 : s;
}

static void take_charges(const struct izh_receptor_law *law, union izh_arriving *restrict row,
                         size_t count)
{
    const double unit = law->unit, charge = law->charge;
    for (size_t i = 0; i < count; i++)
        row[i].value = to_double(row[i].sum) * unit / charge;
}

static void take_decays(const struct izh_receptor_law *law, union izh_arriving *restrict row,
                        size_t count, const double *from, double *to)
{
    const double unit = law->unit, keep = law->slow.keep, mean = law->slow.mean;
    for (size_t i = 0; i < count; i++) {
        to[i] = step_decay(from[i], keep, to_double(row[i].sum) * unit);
        row[i].value = to[i] * mean;
    }
}

static void take_rises(const struct izh_receptor_law *law, union izh_arriving *restrict row,
                       size_t count, size_t first, int from, int to)
{
    const struct izh_decay *slow = &law->slow, *fast = &law->fast;
    for (size_t i = 0; i < count; i++) {
        const double arrived = to_double(row[i].sum) * law->unit;
        const double s = step_decay(slow->s[from][first + i], slow->keep, arrived);
        const double f = step_decay(fast->s[from][first + i], fast->keep, arrived);
        slow->s[to][first + i] = s;
        fast->s[to][first + i] = f;
        row[i].value = law->peak * (s * slow->mean - f * fast->mean);
    }
}

void izh_receptors_advance(const struct izh_receptors *receptors, const struct izh_rows *rows,
                           int from, int to)
{
    for (int tick = 0; tick < rows->ticks; tick++, from = to)
        for (uint32_t k = 0; k < receptors->count; k++) {
            const struct izh_receptor_law *law = &receptors->law[k];
            union izh_arriving *row = izh_row(receptors, rows, tick, k);
            if (izh_receptor_rises(law))
                take_rises(law, row, rows->count, rows->first, from, to);
            else if (izh_receptor_decays(law))
                take_decays(law, row, rows->count, law->slow.s[from] + rows->first,
                            law->slow.s[to] + rows->first);
            else
                take_charges(law, row, rows->count);
        }
}

double izh_receptor_now(const struct izh_receptor_law *law, int side, size_t i)
{
    if (!izh_receptor_decays(law))
        return 0;
    const double slow = law->slow.s[side][i] * law->slow.keep;
    const double fast = izh_receptor_rises(law) ? law->fast.s[side][i] * law->fast.keep : 0;
    return law->peak * (slow - fast);
}

double izh_receptor_nmda(double v)
{
    const double x = (v + 80) / 60, z = x > 0 ? x * x : 0;
    return z / (1 + z);
}
