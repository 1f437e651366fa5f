/* The neurons' parameters: one real for all neurons where they agree, else a column. */
#include <string.h>

#include "population/population.h"
#include "util/float.h"
#include "util/memory.h"

/* What the columns hold: quotients by cm, as the methods want them, but for a method that
 * takes them one by one, which wants the parameters themselves, and cm in the place of 1/cm. */
static void to_columns(const struct izh_population *p, const izh_params *params,
                       double column[IZH_CONSTANT_I])
{
    struct izh_model m;
    izh_model_set(&m, params);
#define PARAM(name, column_name) column[column_name] = m.p.name;
#include "model/params.def"
    if (p->one_by_one)
        return;
    column[IZH_K2] = m.k2;
    column[IZH_K1] = m.k1;
    column[IZH_K0] = m.k0;
    column[IZH_W] = m.w;
}

void izh_population_model(const struct izh_population *p, size_t i, struct izh_model *m)
{
#define PARAM(name, column) m->p.name = izh_column_get(p, column, i);
#include "model/params.def"
    if (!p->special) {
        m->p.b_hi = m->p.b_lo;
        m->p.b3 = m->p.vpeak_u = m->p.c_u = 0;
        m->p.u_max = IZH_INFINITY;
    }
    const double w = m->p.cm;
    if (!p->one_by_one)
        m->p.cm = 1;
    izh_model_set(m, &m->p);
    if (!p->one_by_one)
        m->w = w;
}

/* ---- the limit of stability ---- */

/* The v below which a step of a tick may be beyond it, with more room than rounding takes. */
static double least_of(const struct izh_population *p, size_t i)
{
    const double k2 = izh_column_get(p, IZH_K2, i), k1 = izh_column_get(p, IZH_K1, i);
    const double stable = izh_method_ops(p->method)->stable, slope = -stable / p->dt;
    const double room = 1e-5 * (izh_fabs(slope) + izh_fabs(k1));
    if (!(stable > 0) || (k2 == 0 && slope - k1 + room < 0))
        return IZH_LEAST_V;
    if (!(k2 > 0)) /* at any v, or at those from some on */
        return IZH_INFINITY;
    return izh_fmax((slope - k1 + room) / (2 * k2), IZH_LEAST_V);
}

void izh_columns_set_least(struct izh_population *p, uint32_t first, uint32_t count)
{
    const bool same = !p->columns[IZH_K2].stride && !p->columns[IZH_K1].stride;
    if (count && (same || count == p->n))
        p->least = IZH_LEAST_V;
    for (uint32_t i = 0; i < count && (i == 0 || !same); i++)
        p->least = izh_fmax(p->least, least_of(p, first + i));
}

bool izh_columns_uniform(const struct izh_population *p)
{
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (p->columns[c].stride)
            return false;
    return true;
}

static bool is_special(const izh_params *p)
{
    return p->b_lo != p->b_hi || p->b3 != 0 || p->vpeak_u != 0 || p->c_u != 0 ||
           p->u_max != IZH_INFINITY;
}

/* ---- checks ---- */

const char *izh_columns_fault(const struct izh_population *p, const izh_params *params,
                              double *value)
{
    const char *field = izh_params_fault(params, value);
    if (field || p->precision == IZH_F64)
        return field;
    double column[IZH_CONSTANT_I];
    const double fields[] = {
#define PARAM(name, column) params->name,
#include "model/params.def"
    };
    for (int i = 0; i < IZH_PARAMS; i++) {
        *value = fields[i];
        if (izh_isfinite(*value) && !izh_isfinite((float)*value))
            return izh_param_names[i];
    }
    to_columns(p, params, column);
    *value = params->cm;
    for (int c = IZH_K2; c <= IZH_W; c++)
        if (!izh_isfinite((float)column[c]))
            return "cm";
    if (!((float)column[IZH_W] > 0))
        return "cm";
    *value = params->c;
    if ((float)params->c_u == 0 && (float)params->vpeak_u == 0 &&
        !((float)params->c < (float)params->vpeak))
        return "c";
    return NULL;
}

bool izh_columns_valid(const struct izh_population *p, const double x[IZH_CONSTANT_I], bool special)
{
    izh_params params = {
#define PARAM(name, column) .name = x[column],
#include "model/params.def"
    };
    if (!p->one_by_one)
        params.cm = 1;
    if (!special)
        params.b_hi += params.b_lo;
    double value;
    if (is_special(&params) && !special)
        return false;
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (izh_rounded(p, x[c]) != x[c])
            return false;
    return !izh_params_fault(&params, &value) && x[IZH_W] > 0 && izh_isfinite(x[IZH_W]);
}

/* ---- columns ---- */

/* To the bit: the sign of a zero may show. */
static bool same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

/* Where the reals of a column are: while no neuron has special terms, b_hi is b_lo. */
static int source(const struct izh_population *p, int c)
{
    return c == IZH_B_HI && !p->special ? IZH_B_LO : c;
}

/* Which columns differ from neuron to neuron once these parameters are set; returns whether some
 * neuron then has special terms. */
static bool find_varying(const struct izh_population *p, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride, bool varying[IZH_CONSTANT_I])
{
    double expected[IZH_CONSTANT_I], column[IZH_CONSTANT_I];
    const bool all = first == 0 && count == p->n;
    bool special = p->special && !all;
    for (int c = 0; c < IZH_CONSTANT_I; c++) {
        varying[c] = !all && p->columns[source(p, c)].stride;
        expected[c] = izh_column_get(p, source(p, c), 0);
    }
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        to_columns(p, &params[i * stride], column);
        special |= is_special(&params[i * stride]);
        for (int c = 0; c < IZH_CONSTANT_I; c++)
            if (i == 0 && all)
                expected[c] = izh_rounded(p, column[c]);
            else
                varying[c] |= !same(izh_rounded(p, column[c]), expected[c]);
    }
    varying[IZH_B_HI] &= special;
    return special;
}

bool izh_column_reserve(struct izh_population *p, int c)
{
    if (!p->column_memory[c])
        p->column_memory[c] = izh_allocate(&p->allocator, p->padded, izh_real_size(p));
    return p->column_memory[c] != NULL;
}

void izh_columns_trim(struct izh_population *p)
{
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (!p->columns[c].stride) {
            izh_release(&p->allocator, p->column_memory[c], p->padded, izh_real_size(p));
            p->column_memory[c] = NULL;
        }
}

bool izh_columns_reserve(struct izh_population *p, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride)
{
    bool varying[IZH_CONSTANT_I];
    find_varying(p, first, count, params, stride, varying);
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (varying[c] && !izh_column_reserve(p, c))
            return false;
    return true;
}

void izh_column_spread(struct izh_population *p, int c)
{
    if (p->columns[c].stride)
        return;
    for (size_t i = 0; i < p->padded; i++)
        izh_real_set(p, p->column_memory[c], i, izh_column_get(p, source(p, c), i));
    p->columns[c] = (struct izh_column){p->column_memory[c], 1};
}

void izh_column_level(struct izh_population *p, int c, double x)
{
    izh_real_set(p, &p->uniform[c], 0, x);
    p->columns[c] = (struct izh_column){&p->uniform[c], 0};
}

void izh_columns_set(struct izh_population *p, uint32_t first, uint32_t count,
                     const izh_params *params, size_t stride)
{
    bool varying[IZH_CONSTANT_I];
    double column[IZH_CONSTANT_I];
    const bool special = find_varying(p, first, count, params, stride, varying);
    for (int c = IZH_CONSTANT_I - 1; c >= 0; c--) /* b_hi before b_lo, its source */
        if (varying[c])
            izh_column_spread(p, c);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || stride)
            to_columns(p, &params[i * stride], column);
        for (int c = 0; c < IZH_CONSTANT_I; c++)
            if (varying[c])
                izh_real_set(p, p->column_memory[c], first + i, column[c]);
            else if (i == 0)
                izh_column_level(p, c, column[c]);
    }
    if (!special)
        izh_column_level(p, IZH_B_HI, 0);
    p->special = special;
    izh_columns_set_least(p, first, count);
}
