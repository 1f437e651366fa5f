#include "pinn/net.h"

#include <string.h>

#include "util/philox.h"
#include "util/trig.h"

/* The size of a unit's slope, times 1/2 to 3/2. The smoother the units, the closer their span comes
 * to polynomials, which suit the smooth pieces of a solution, and the worse conditioned it is.
 * Sizes from .5 to .8 make little difference. */
#define SLOPE .65
/* A unit's middle lies at most so far from the window's, which is 1 away from the window's ends. */
#define REACH 1.2

const char *izh_pinn_net_fault(const izh_pinn_network *n, double *value)
{
    *value = n->hidden;
    if (n->hidden &&
        (n->hidden < IZH_PINN_HIDDEN_MIN || n->hidden > IZH_PINN_HIDDEN_MAX || n->hidden % 2))
        return "hidden";
    *value = n->points;
    if (n->points && (n->points < IZH_PINN_POINTS_MIN || n->points > IZH_PINN_POINTS_MAX))
        return "points";
    *value = n->shortest;
    return n->shortest >= 0 && izh_isfinite(n->shortest) ? NULL : "shortest";
}

void izh_check_pinn_net(struct izh_checks *c, const izh_pinn_network *n)
{
    double value;
    const char *field = izh_pinn_net_fault(n, &value);
    IZH_REQUIRE(c, !field, IZH_E_INVALID, "pinn.%s = %s is out of range", field,
                izh_number(value).text);
}

izh_pinn_network izh_pinn_net_defaults(izh_pinn_network n)
{
    n.hidden = n.hidden ? n.hidden : IZH_PINN_HIDDEN_DEFAULT;
    n.points = n.points ? n.points : IZH_PINN_POINTS_DEFAULT;
    n.seed = n.seed ? n.seed : IZH_PINN_SEED_DEFAULT;
    n.shortest = n.shortest > 0 ? n.shortest : IZH_PINN_SHORTEST_DEFAULT;
    return n;
}

static double net_uniform(uint32_t word)
{
    return (word + .5) * 0x1p-32;
}

void izh_pinn_net_seed(struct izh_pinn_net *net, int hidden, uint64_t seed)
{
    memset(net, 0, sizeof *net);
    net->hidden = hidden;
    for (int j = 0; j < hidden; j++) {
        uint32_t word[4] = {(uint32_t)j, 0, 0, 0};
        izh_philox(word, seed);
        const double size = SLOPE * (.5 + net_uniform(word[0]));
        const double middle = REACH * (2 * (j + net_uniform(word[1])) / hidden - 1);
        net->in[j] = word[2] & 1 ? size : -size;
        net->shift[j] = -net->in[j] * middle;
    }
}

/* Loads two neighbours at once. */
static izh_doubles load_two(const double *x)
{
    izh_doubles pair;
    memcpy(&pair, x, sizeof pair);
    return pair;
}

void izh_pinn_net_units(const struct izh_pinn_net *net, double z, struct izh_pinn_units *units)
{
    for (int j = 0; j < net->hidden; j += IZH_TRIG_LANES) {
        const izh_doubles f =
            izh_doubles_tanh(load_two(net->in + j) * z + load_two(net->shift + j));
        const izh_doubles df = 1 - f * f;
        memcpy(units->f + j, &f, sizeof f);
        memcpy(units->df + j, &df, sizeof df);
    }
}

struct izh_pinn_outputs izh_pinn_net_outputs(const struct izh_pinn_net *net,
                                             const struct izh_pinn_units *units)
{
    struct izh_pinn_outputs o = {{net->bias[0], net->bias[1]}, {0, 0}};
    for (int j = 0; j < net->hidden; j++) {
        const double slope = net->in[j] * units->df[j];
        for (int k = 0; k < 2; k++) {
            o.n[k] += net->out[k][j] * units->f[j];
            o.dn[k] += net->out[k][j] * slope;
        }
    }
    return o;
}

void izh_pinn_net_add(struct izh_pinn_net *net, const double *step, int only_outer)
{
    const int hidden = net->hidden;
    if (!only_outer) {
        for (int j = 0; j < hidden; j++) {
            net->in[j] += step[j];
            net->shift[j] += step[hidden + j];
        }
        step += 2 * hidden;
    }
    for (int k = 0; k < 2; k++) {
        for (int j = 0; j < hidden; j++)
            net->out[k][j] += step[k * hidden + j];
        net->bias[k] += step[2 * hidden + k];
    }
}
