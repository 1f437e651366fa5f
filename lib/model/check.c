#include "model/check.h"

#include "model/model.h"
#include "util/float.h"

void izh_check_params(struct izh_checks *c, const izh_params *params)
{
    double value;
    const char *field = c->status == IZH_OK ? izh_params_fault(params, &value) : NULL;
    IZH_REQUIRE(c, !field, IZH_E_INVALID, "params.%s = %s %s", field, izh_number(value).text,
                izh_params_rule(field, value));
}

void izh_check_state(struct izh_checks *c, const char *name, izh_state state)
{
    const int v_fine = izh_fabs(state.v) < IZH_STATE_MAX;
    const double value = v_fine ? state.u : state.v;
    IZH_REQUIRE(c, izh_fabs(value) < IZH_STATE_MAX, IZH_E_INVALID, "%s.%s = %s must be %s", name,
                v_fine ? "u" : "v", izh_number(value).text,
                izh_isfinite(value) ? "below 1e100 in size" : "finite");
}

void izh_check_positive(struct izh_checks *c, const char *name, double value)
{
    IZH_REQUIRE(c, value >= 0 && izh_isfinite(value), IZH_E_INVALID,
                "%s = %s must be finite and >= 0", name, izh_number(value).text);
}

void izh_check_rate(struct izh_checks *c, const char *name, double value)
{
    izh_check_positive(c, name, value);
    IZH_REQUIRE(c, value == 0 || value >= 1, IZH_E_INVALID, "%s = %s is less than 1", name,
                izh_number(value).text);
}
