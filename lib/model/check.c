#include "model/check.h"

#include "model/model.h"
#include "util/float.h"

izh_status izh_check_params(struct izh_report *report, const izh_params *params)
{
    double value;
    const char *field = izh_params_fault(params, &value);
    if (!field)
        return IZH_OK;
    return izh_fail(report, IZH_E_INVALID, "params.%s = %s %s", field, izh_number(value).text,
                    izh_params_rule(field, value));
}

izh_status izh_check_state(struct izh_report *report, const char *name, izh_state state)
{
    const int v_fine = izh_fabs(state.v) < IZH_STATE_MAX;
    if (v_fine && izh_fabs(state.u) < IZH_STATE_MAX)
        return IZH_OK;
    const double value = v_fine ? state.u : state.v;
    return izh_fail(report, IZH_E_INVALID, "%s.%s = %s must be %s", name, v_fine ? "u" : "v",
                    izh_number(value).text, izh_isfinite(value) ? "below 1e100 in size" : "finite");
}

izh_status izh_check_positive(struct izh_report *report, const char *name, double value)
{
    if (value >= 0 && izh_isfinite(value))
        return IZH_OK;
    return izh_fail(report, IZH_E_INVALID, "%s = %s must be finite and >= 0", name,
                    izh_number(value).text);
}

izh_status izh_check_host(struct izh_report *report, izh_allocator *own,
                          const izh_allocator *allocator, const izh_log *log)
{
    *report = (struct izh_report){{NULL, NULL}, ""};
    *own = allocator ? *allocator : (izh_allocator){NULL, NULL, NULL};
    if (log)
        report->log = *log;
    if (!own->alloc != !own->release)
        return izh_fail(report, IZH_E_INVALID, "allocator has only one of alloc and release");
    return IZH_OK;
}
