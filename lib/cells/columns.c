/* The neurons' parameters: one real for all neurons where they agree, else a column. */
#include "cells/columns.h"

#include <string.h>

#include "methods/method.h"
#include "util/float.h"
#include "util/memory.h"

/* The columns hold quotients by cm, as the methods need them. A method that takes neurons one by
 * one needs the parameters themselves; for it, cm stands in the place of 1/cm. */
static void to_columns(const struct izh_columns *columns, const izh_params *params,
                       double column[IZH_CONSTANT_I])
{
    struct izh_model m;
    izh_model_set(&m, params);
#define PARAM(name, column_name) column[column_name] = m.p.name;
#include "model/params.def"
    if (columns->shape->one_by_one)
        return;
    column[IZH_K2] = m.k2;
    column[IZH_K1] = m.k1;
    column[IZH_K0] = m.k0;
    column[IZH_W] = m.w;
}

void izh_columns_model(const struct izh_columns *columns, size_t i, struct izh_model *m)
{
#define PARAM(name, column) m->p.name = izh_column_get(columns, column, i);
#include "model/params.def"
    if (!columns->special) {
        m->p.b_hi = m->p.b_lo;
        m->p.b3 = m->p.vpeak_u = m->p.c_u = 0;
        m->p.u_max = IZH_INFINITY;
    }
    const double w = m->p.cm;
    if (!columns->shape->one_by_one)
        m->p.cm = 1;
    izh_model_set(m, &m->p);
    if (!columns->shape->one_by_one)
        m->w = w;
}

/* ---- memory ---- */

void izh_columns_set_up(struct izh_columns *columns, const struct izh_cells_shape *shape)
{
    columns->shape = shape;
    for (int c = 0; c < IZH_COLUMNS; c++)
        columns->of[c] = (struct izh_column){&columns->uniform[c], 0};
}

void izh_columns_release(struct izh_columns *columns)
{
    const struct izh_cells_shape *shape = columns->shape;
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        izh_release(&shape->allocator, columns->memory[c], shape->padded, izh_real_size(shape));
}

/* ---- the limit of stability ---- */

/* The v below which a step of a tick may be beyond the limit, with a margin larger than
 * rounding. */
static double least_of(const struct izh_columns *columns, size_t i)
{
    const double k2 = izh_column_get(columns, IZH_K2, i), k1 = izh_column_get(columns, IZH_K1, i);
    const double stable = izh_method_ops(columns->shape->method)->stable,
                 slope = -stable / columns->shape->dt;
    const double room = 1e-5 * (izh_fabs(slope) + izh_fabs(k1));
    if (!(stable > 0) || (k2 == 0 && slope - k1 + room < 0))
        return IZH_LEAST_V;
    if (!(k2 > 0)) /* beyond the limit at any v, or from some v on */
        return IZH_INFINITY;
    return izh_fmax((slope - k1 + room) / (2 * k2), IZH_LEAST_V);
}

void izh_columns_set_least(struct izh_columns *columns, uint32_t first, uint32_t count)
{
    const bool same = !columns->of[IZH_K2].stride && !columns->of[IZH_K1].stride;
    if (count && (same || count == columns->shape->n))
        columns->least = IZH_LEAST_V;
    for (uint32_t i = 0; i < count && (i == 0 || !same); i++)
        columns->least = izh_fmax(columns->least, least_of(columns, first + i));
}

bool izh_columns_uniform(const struct izh_columns *columns)
{
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (columns->of[c].stride)
            return false;
    return true;
}

/* Whether all neurons have this value in a column. */
static bool all_have(const struct izh_columns *columns, enum izh_column_name c, double value)
{
    return !columns->of[c].stride && izh_column_get(columns, c, 0) == value;
}

enum izh_form izh_columns_form(const struct izh_columns *columns)
{
    if (columns->special)
        return IZH_FORM_SPECIAL;
    const bool form_2003 =
        all_have(columns, IZH_W, 1) && all_have(columns, IZH_R, 1) && all_have(columns, IZH_VB, 0);
    return form_2003 ? IZH_FORM_2003 : IZH_FORM_PLAIN;
}

static bool is_special(const izh_params *p)
{
    return p->b_lo != p->b_hi || p->b3 != 0 || p->vpeak_u != 0 || p->c_u != 0 ||
           p->u_max != IZH_INFINITY;
}

/* ---- checks ---- */

const char *izh_columns_fault(const struct izh_columns *columns, const izh_params *params,
                              double *value)
{
    const char *field = izh_params_fault(params, value);
    if (field || columns->shape->precision == IZH_F64)
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
    to_columns(columns, params, column);
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

bool izh_columns_valid(const struct izh_columns *columns, const double x[IZH_CONSTANT_I],
                       bool special)
{
    izh_params params = {
#define PARAM(name, column) .name = x[column],
#include "model/params.def"
    };
    if (!columns->shape->one_by_one)
        params.cm = 1;
    if (!special)
        params.b_hi += params.b_lo;
    double value;
    if (is_special(&params) && !special)
        return false;
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (izh_rounded(columns->shape, x[c]) != x[c])
            return false;
    return !izh_params_fault(&params, &value) && x[IZH_W] > 0 && izh_isfinite(x[IZH_W]);
}

/* ---- columns ---- */

/* To the bit: the sign of a zero may show. */
static bool same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

/* The column that holds the reals of column c: while no neuron has special terms, b_hi is b_lo. */
static int source(const struct izh_columns *columns, int c)
{
    return c == IZH_B_HI && !columns->special ? IZH_B_LO : c;
}

/* Finds the columns that differ from neuron to neuron once these parameters are set. Returns
 * whether some neuron then has special terms. */
static bool find_varying(const struct izh_columns *columns, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride, bool varying[IZH_CONSTANT_I])
{
    double expected[IZH_CONSTANT_I], column[IZH_CONSTANT_I];
    const bool all = first == 0 && count == columns->shape->n;
    bool special = columns->special && !all;
    for (int c = 0; c < IZH_CONSTANT_I; c++) {
        varying[c] = !all && columns->of[source(columns, c)].stride;
        expected[c] = izh_column_get(columns, source(columns, c), 0);
    }
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        to_columns(columns, &params[i * stride], column);
        special |= is_special(&params[i * stride]);
        for (int c = 0; c < IZH_CONSTANT_I; c++)
            if (i == 0 && all)
                expected[c] = izh_rounded(columns->shape, column[c]);
            else
                varying[c] |= !same(izh_rounded(columns->shape, column[c]), expected[c]);
    }
    varying[IZH_B_HI] &= special;
    return special;
}

bool izh_column_reserve(struct izh_columns *columns, int c)
{
    if (!columns->memory[c])
        columns->memory[c] = izh_allocate(&columns->shape->allocator, columns->shape->padded,
                                          izh_real_size(columns->shape));
    return columns->memory[c] != NULL;
}

void izh_columns_trim(struct izh_columns *columns)
{
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (!columns->of[c].stride) {
            izh_release(&columns->shape->allocator, columns->memory[c], columns->shape->padded,
                        izh_real_size(columns->shape));
            columns->memory[c] = NULL;
        }
}

bool izh_columns_reserve(struct izh_columns *columns, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride)
{
    bool varying[IZH_CONSTANT_I];
    find_varying(columns, first, count, params, stride, varying);
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (varying[c] && !izh_column_reserve(columns, c))
            return false;
    return true;
}

void izh_column_spread(struct izh_columns *columns, int c)
{
    if (columns->of[c].stride)
        return;
    for (size_t i = 0; i < columns->shape->padded; i++)
        izh_real_set(columns->shape, columns->memory[c], i,
                     izh_column_get(columns, source(columns, c), i));
    columns->of[c] = (struct izh_column){columns->memory[c], 1};
}

void izh_column_level(struct izh_columns *columns, int c, double x)
{
    izh_real_set(columns->shape, &columns->uniform[c], 0, x);
    columns->of[c] = (struct izh_column){&columns->uniform[c], 0};
}

void izh_columns_set(struct izh_columns *columns, uint32_t first, uint32_t count,
                     const izh_params *params, size_t stride)
{
    bool varying[IZH_CONSTANT_I];
    double column[IZH_CONSTANT_I];
    const bool special = find_varying(columns, first, count, params, stride, varying);
    for (int c = IZH_CONSTANT_I - 1; c >= 0; c--) /* b_hi before b_lo, from which it is copied */
        if (varying[c])
            izh_column_spread(columns, c);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || stride)
            to_columns(columns, &params[i * stride], column);
        for (int c = 0; c < IZH_CONSTANT_I; c++)
            if (varying[c])
                izh_real_set(columns->shape, columns->memory[c], first + i, column[c]);
            else if (i == 0)
                izh_column_level(columns, c, column[c]);
    }
    if (!special)
        izh_column_level(columns, IZH_B_HI, 0);
    columns->special = special;
    izh_columns_set_least(columns, first, count);
}
