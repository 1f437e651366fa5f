#include "network/stp.h"

#include "util/exp.h"

static bool is_time(double tau)
{
    return tau >= 0 && tau <= DBL_MAX;
}

struct izh_field_fault izh_stp_check(const izh_stp *r)
{
    if (!(r->U >= 0 && r->U <= 1))
        return (struct izh_field_fault){"U", r->U, "must be from 0 to 1"};
    if (!is_time(r->tau_rec))
        return (struct izh_field_fault){"tau_rec", r->tau_rec, "must be finite and not negative"};
    if (!is_time(r->tau_facil))
        return (struct izh_field_fault){"tau_facil", r->tau_facil,
                                        "must be finite and not negative"};
    if (r->U == 0 && (r->tau_rec > 0 || r->tau_facil > 0))
        return (struct izh_field_fault){"U", r->U,
                                        "is no plasticity, but there are time constants"};
    return (struct izh_field_fault){NULL, 0, NULL};
}

/* What is left of 1 after some time. A time constant of 0 leaves nothing, however short the time
 * is. */
static double left_after(double tau, double ms)
{
    return tau > 0 ? izh_exp(-ms / tau) : 0;
}

void izh_stp_spike(const izh_stp *rule, struct izh_stp_state *state, struct izh_stp_load *load,
                   double ms)
{
    load->before = *state;
    const double u = state->u * left_after(rule->tau_facil, ms);
    const double x = 1 - (1 - state->x) * left_after(rule->tau_rec, ms);
    state->u = u + rule->U * (1 - u);
    const double given = state->u * x;
    state->x = x - given;
    const double scaled = given * IZH_STP_ONE;
    load->factor = (uint32_t)((scaled + 0x1.8p52) - 0x1.8p52); /* ties to even */
}
