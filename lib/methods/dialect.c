#include "methods/dialect.h"

#include <stddef.h>

#include "util/float.h"

const char *izh_dialect_fault(const struct izh_dialect *d, const izh_params *p, double *value,
                              double *only)
{
    const bool leakless = d->any_k && p->r == 0;
    const struct {
        const char *name;
        double value, only;
    } fields[] = {{"cm", p->cm, 1},
                  {"k2", p->k2, .04},
                  {"k1", p->k1, d->any_k ? p->k1 : 5},
                  {"k0", p->k0, d->any_k ? p->k0 : 140},
                  {"r", p->r, leakless ? 0 : 1},
                  {"b_hi", p->b_hi, p->b_lo},
                  {"b3", p->b3, 0},
                  {"vb", p->vb, leakless ? p->vb : 0},
                  {"vpeak", p->vpeak, 30},
                  {"vpeak_u", p->vpeak_u, 0},
                  {"c_u", p->c_u, 0},
                  {"u_max", p->u_max, IZH_INFINITY}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        *value = fields[i].value;
        *only = fields[i].only;
        if (*value != *only)
            return fields[i].name;
    }
    return NULL;
}

int64_t izh_dialect_hold(const struct izh_dialect *d, double dt)
{
    if (d->per_ms == 0)
        return 1;
    const double n = izh_round(1 / dt);
    return n >= 1 && n <= d->per_ms && dt == 1 / n ? (int64_t)n : 0;
}
