/* The method pinn. A step takes the host's flow map, if there is one and it holds, or else trains a
 * net of its own: window.h. */
#include "methods/method.h"

#include <string.h>

#include "model/codec.h"
#include "pinn/flow.h"
#include "pinn/window.h"
#include "util/float.h"
#include "util/report.h"

/* A map's step may be halved so many times; beyond that, training is cheaper. */
#define MAP_HALVINGS 3
/* At how many places a step's residual is looked at. */
#define MAP_LOOKS 3

/* What step->own keeps of the config. */
struct options {
    izh_pinn_network net;
    const struct izh_flow *flow; /* NULL: none */
};

_Static_assert(sizeof(struct options) <= sizeof(struct izh_own), "options fit in the step");

static struct options get_options(const struct izh_step *s)
{
    struct options options;
    memcpy(&options, &s->own, sizeof options);
    return options;
}

static void set_options(struct izh_step *s, struct options options)
{
    memcpy(&s->own, &options, sizeof options);
}

struct pinn {
    struct izh_pinn_trainer trainer;
    struct izh_pinn_trained window;
    struct izh_flow_path path;
    bool by_flow; /* the step is the map's */
};

/* The largest residual at some places up to sigma; NaN if one of them is. */
static double residual(const struct izh_step *s, const struct izh_flow_map *map,
                       const struct izh_flow_path *path, double sigma)
{
    double worst = 0;
    for (int i = 1; i <= MAP_LOOKS; i++) {
        const double here = izh_flow_residual(map, path, sigma * i / MAP_LOOKS);
        worst = here <= worst ? worst : here;
    }
    if (s->count)
        s->count->rhs += MAP_LOOKS;
    return worst;
}

/* Returns the part of the map's step up to sigma in which the equation holds, or 0 if that part is
 * too short to be used. */
static double map_holds(const struct izh_step *s, const struct izh_flow_map *map,
                        const struct izh_flow_path *path, double sigma)
{
    const double tolerance = s->rtol > 0 ? s->rtol : IZH_FLOW_RESIDUAL;
    for (int i = 0; i <= MAP_HALVINGS; i++, sigma *= .5) {
        if (residual(s, map, path, izh_flow_below_peak(map, path, sigma)) < tolerance)
            return sigma;
        if (s->count)
            s->count->rejected++;
    }
    return 0;
}

static bool step_by_flow(struct izh_step *s, struct pinn *p, const struct izh_flow_map *map)
{
    if (!izh_flow_is_of(map, s->model) || !izh_flow_begin(map, s->from, s->I, s->slope, &p->path))
        return false;
    const double longest = izh_fmin(1, s->h / map->h), sigma = map_holds(s, map, &p->path, longest);
    if (sigma == 0)
        return false;
    if (sigma < longest || longest == 1) /* else s->h stays what was asked for, to the bit */
        s->h = sigma * map->h;
    s->to = izh_flow_state(map, &p->path, s->h / map->h);
    return true;
}

static izh_status step_by_window(struct izh_step *s, struct pinn *p, izh_pinn_network net)
{
    if (!p->trainer.prepared) {
        p->trainer.settings = net;
        p->trainer.tolerance = s->rtol;
    }
    p->trainer.count = s->count;
    izh_pinn_equation_set(&p->window.equation, s->model, s->I, s->slope, s->from);
    const izh_status status = izh_pinn_window_train(&p->trainer, &p->window, s->h, s->carry.h);
    s->residual = p->window.residual;
    if (status != IZH_OK)
        return status;
    s->h = p->window.equation.length;
    s->to = izh_pinn_window_state(&p->window, 1);
    s->next_carry.h = p->window.next;
    return IZH_OK;
}

static izh_status step_pinn(struct izh_step *s)
{
    struct pinn *p = s->work;
    const struct options options = get_options(s);
    p->by_flow = options.flow && step_by_flow(s, p, &options.flow->map);
    return p->by_flow ? IZH_OK : step_by_window(s, p, options.net);
}

static izh_state dense_pinn(const struct izh_step *s, double at)
{
    const struct pinn *p = s->work;
    if (!p->by_flow)
        return izh_pinn_window_state(&p->window, at / s->h);
    const struct izh_flow_map *map = &get_options(s).flow->map;
    return izh_flow_state(map, &p->path, at / map->h);
}

/* ---- what a config says to this method alone ---- */

static void check_options(struct izh_checks *c, const izh_solver_config *config)
{
    struct izh_model model;
    izh_model_set(&model, &config->params);
    izh_check_pinn_net(c, &config->pinn);
    IZH_REQUIRE(c, !config->flow || izh_flow_is_of(&config->flow->map, &model), IZH_E_INVALID,
                "flow was trained for other params");
}

static void keep_options(struct izh_step *s, const izh_solver_config *config)
{
    set_options(s, (struct options){config->pinn, config->flow});
}

/* The map itself is the host's: the blob only says which one it was. */
static void options_codec(struct izh_codec *c, struct izh_step *s)
{
    struct options options = get_options(s);
    izh_codec_u32(c, &options.net.hidden);
    izh_codec_u32(c, &options.net.points);
    options.net.seed = izh_codec_word(c, options.net.seed);
    izh_codec_number(c, &options.net.shortest);
    const uint64_t print = options.flow ? options.flow->fingerprint : 0;
    if (izh_codec_word(c, print) != print)
        c->lacks = "the blob's solver had another flow map, or none";
    set_options(s, options);
}

static bool valid_options(const struct izh_step *s)
{
    const struct options options = get_options(s);
    double value;
    return !izh_pinn_net_fault(&options.net, &value);
}

/* A conductance makes another neuron, which the map does not know. */
static const char *unfoldable(const struct izh_step *s)
{
    return get_options(s).flow ? "a flow map" : NULL;
}

const struct izh_method_ops izh_method_pinn = {.step = step_pinn,
                                               .dense = dense_pinn,
                                               .work_size = sizeof(struct pinn),
                                               .pieces = 4,
                                               .check = check_options,
                                               .keep = keep_options,
                                               .codec = options_codec,
                                               .valid = valid_options,
                                               .unfoldable = unfoldable};
