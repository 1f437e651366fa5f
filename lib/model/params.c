/* The spellings of the model's parameters, and their checks. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "model/model.h"
#include "util/float.h"
#include "util/fpmode.h"

izh_params izh_params_2003(double a, double b, double c, double d)
{
    return (izh_params){.cm = 1,
                        .k2 = .04,
                        .k1 = 5,
                        .k0 = 140,
                        .a = a,
                        .r = 1,
                        .b_lo = b,
                        .b_hi = b,
                        .vpeak = 30,
                        .c = c,
                        .d = d,
                        .u_max = IZH_INFINITY};
}

izh_params izh_params_2007(double C, double k, double vr, double vt, double vpeak, double a,
                           double b, double c, double d)
{
    IZH_FPMODE;
    return (izh_params){.cm = C,
                        .k2 = k,
                        .k1 = -(k * (vr + vt)),
                        .k0 = (k * vr) * vt,
                        .a = a,
                        .r = 1,
                        .b_lo = b,
                        .b_hi = b,
                        .vb = vr,
                        .vpeak = vpeak,
                        .c = c,
                        .d = d,
                        .u_max = IZH_INFINITY};
}

void izh_params_2003_jacobian(double a, double b, double c, double d, izh_params jacobian[4])
{
    (void)a, (void)b, (void)c, (void)d; /* the form is linear in them: the Jacobian is constant */
    jacobian[0] = (izh_params){.a = 1};
    jacobian[1] = (izh_params){.b_lo = 1, .b_hi = 1};
    jacobian[2] = (izh_params){.c = 1};
    jacobian[3] = (izh_params){.d = 1};
}

void izh_params_2007_jacobian(double C, double k, double vr, double vt, double vpeak, double a,
                              double b, double c, double d, izh_params jacobian[9])
{
    IZH_FPMODE;
    (void)C, (void)vpeak;
    jacobian[0] = (izh_params){.cm = 1};
    jacobian[1] = (izh_params){.k2 = 1, .k1 = -(vr + vt), .k0 = vr * vt};
    jacobian[2] = (izh_params){.k1 = -k, .k0 = k * vt, .vb = 1};
    jacobian[3] = (izh_params){.k1 = -k, .k0 = k * vr};
    jacobian[4] = (izh_params){.vpeak = 1};
    izh_params_2003_jacobian(a, b, c, d, jacobian + 5);
}

#define PARAM(name, column)                                                        \
    static_assert(offsetof(izh_params, name) == IZH_PARAM_##name * sizeof(double), \
                  "params.def has another order");
#include "model/params.def"
static_assert(sizeof(izh_params) == IZH_PARAMS * sizeof(double), "params.def lacks a field");

const char *const izh_param_names[IZH_PARAMS] = {
#define PARAM(name, column) #name,
#include "model/params.def"
};

const char *izh_params_fault(const izh_params *p, double *value)
{
    const double fields[] = {
#define PARAM(name, column) p->name,
#include "model/params.def"
    };
    for (int i = 0; i < IZH_PARAM_u_max; i++) /* u_max, the last field, may be infinite */
        if (!izh_isfinite(*value = fields[i]))
            return izh_param_names[i];
    *value = p->cm;
    /* The equations use 1/cm, k2/cm, k1/cm and k0/cm: none of these may overflow. */
    if (!(p->cm > 0) || !izh_isfinite(1 / p->cm) || !izh_isfinite(p->k2 / p->cm) ||
        !izh_isfinite(p->k1 / p->cm) || !izh_isfinite(p->k0 / p->cm))
        return "cm";
    *value = p->u_max;
    if (izh_isnan(p->u_max) || p->u_max == -IZH_INFINITY)
        return "u_max";
    *value = p->c;
    if (p->c_u == 0 && p->vpeak_u == 0 && !(p->c < p->vpeak))
        return "c";
    return NULL;
}

const char *izh_params_rule(const char *field, double value)
{
    if (strcmp(field, "u_max") == 0)
        return "must be a number or +infinity";
    if (!izh_isfinite(value))
        return "must be finite";
    if (strcmp(field, "cm") == 0)
        return "must be > 0, and k2, k1, k0 and 1 divided by it finite";
    return "must be below vpeak"; /* c */
}

izh_status izh_params_check(const izh_params *params, const char **field)
{
    IZH_FPMODE;
    double value;
    const char *fault = params ? izh_params_fault(params, &value) : "params";
    if (field)
        *field = fault;
    return fault ? IZH_E_INVALID : IZH_OK;
}

void izh_model_set(struct izh_model *model, const izh_params *params)
{
    model->p = *params;
    /* Adding 0 turns -0 into 0. Otherwise code that adds a special term of 0 and code that omits
     * the term would differ. */
    model->p.b_lo += 0.;
    model->p.b_hi += 0.;
    model->p.c += 0.;
    model->k2 = params->k2 / params->cm;
    model->k1 = params->k1 / params->cm;
    model->k0 = params->k0 / params->cm;
    model->w = 1 / params->cm;
    model->branch = izh_model_has_kink(model) ? IZH_BRANCH_BY_V : IZH_BRANCH_HI;
}
