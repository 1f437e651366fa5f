/* Replaces the wing in a build without it (-Dpinn=false): the same functions, so that the ABI is
 * the same. Those that would make a solution or a flow map return IZH_E_UNSUPPORTED. So neither
 * exists, and the others do what they do with NULL. */
#include <izh/flow.h>
#include <izh/pinn.h>

#include <stdbool.h>

#include "util/float.h"
#include "util/memory.h"
#include "util/report.h"

static izh_status refuse(struct izh_checks checks)
{
    IZH_REQUIRE(&checks, false, IZH_E_UNSUPPORTED, "pinn is not in this build of libizh");
    return checks.status;
}

static izh_status refuse_load(void *object, const izh_allocator *allocator, const izh_log *log)
{
    struct izh_report report;
    izh_allocator own;
    return refuse(izh_load_begin(&report, object, &own, allocator, log));
}

/* ---- solutions ---- */

izh_status izh_pinn_train(izh_pinn **pinn, const izh_pinn_config *config)
{
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_pinn_config, log);
    izh_pinn_config c;
    struct izh_report report;
    return refuse(izh_create_begin(&report, pinn, &kind, &c, config));
}

izh_status izh_pinn_load(izh_pinn **pinn, const void *buffer, size_t length,
                         const izh_allocator *allocator, const izh_log *log)
{
    (void)buffer, (void)length;
    return refuse_load(pinn, allocator, log);
}

izh_status izh_pinn_load_file(izh_pinn **pinn, const char *path, const izh_allocator *allocator,
                              const izh_log *log)
{
    (void)path;
    return refuse_load(pinn, allocator, log);
}

void izh_pinn_destroy(izh_pinn *pinn)
{
    (void)pinn;
}

double izh_pinn_end(const izh_pinn *pinn)
{
    (void)pinn;
    return IZH_NAN;
}

izh_status izh_pinn_eval(const izh_pinn *pinn, const double *times, size_t n, izh_state *states)
{
    (void)pinn, (void)times, (void)n, (void)states;
    return IZH_E_INVALID;
}

izh_status izh_pinn_residual(const izh_pinn *pinn, const double *times, size_t n, double *residuals)
{
    (void)pinn, (void)times, (void)n, (void)residuals;
    return IZH_E_INVALID;
}

izh_pinn_spikes izh_pinn_get_spikes(const izh_pinn *pinn)
{
    (void)pinn;
    return (izh_pinn_spikes){NULL, 0};
}

izh_pinn_windows izh_pinn_get_windows(const izh_pinn *pinn)
{
    (void)pinn;
    return (izh_pinn_windows){NULL, 0};
}

izh_pinn_losses izh_pinn_get_losses(const izh_pinn *pinn)
{
    (void)pinn;
    return (izh_pinn_losses){NULL, 0};
}

size_t izh_pinn_save(const izh_pinn *pinn, void *buffer, size_t capacity)
{
    (void)pinn, (void)buffer, (void)capacity;
    return 0;
}

izh_status izh_pinn_save_file(izh_pinn *pinn, const char *path)
{
    (void)pinn, (void)path;
    return IZH_E_INVALID;
}

izh_status izh_pinn_set_log(izh_pinn *pinn, const izh_log *log)
{
    (void)pinn, (void)log;
    return IZH_E_INVALID;
}

const char *izh_pinn_message(const izh_pinn *pinn)
{
    (void)pinn;
    return "";
}

/* ---- flow maps ---- */

izh_status izh_flow_train(izh_flow **flow, const izh_flow_config *config)
{
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_flow_config, log);
    izh_flow_config c;
    struct izh_report report;
    return refuse(izh_create_begin(&report, flow, &kind, &c, config));
}

izh_status izh_flow_load(izh_flow **flow, const void *buffer, size_t length,
                         const izh_allocator *allocator, const izh_log *log)
{
    (void)buffer, (void)length;
    return refuse_load(flow, allocator, log);
}

izh_status izh_flow_load_file(izh_flow **flow, const char *path, const izh_allocator *allocator,
                              const izh_log *log)
{
    (void)path;
    return refuse_load(flow, allocator, log);
}

void izh_flow_destroy(izh_flow *flow)
{
    (void)flow;
}

izh_flow_info izh_flow_get_info(const izh_flow *flow)
{
    (void)flow;
    return (izh_flow_info){.step = 0};
}

izh_status izh_flow_eval(const izh_flow *flow, izh_state from, double I, double slope,
                         const double *times, size_t n, izh_state *states, double *residuals)
{
    (void)flow, (void)from, (void)I, (void)slope, (void)times, (void)n, (void)states;
    (void)residuals;
    return IZH_E_INVALID;
}

size_t izh_flow_save(const izh_flow *flow, void *buffer, size_t capacity)
{
    (void)flow, (void)buffer, (void)capacity;
    return 0;
}

izh_status izh_flow_save_file(izh_flow *flow, const char *path)
{
    (void)flow, (void)path;
    return IZH_E_INVALID;
}

izh_status izh_flow_set_log(izh_flow *flow, const izh_log *log)
{
    (void)flow, (void)log;
    return IZH_E_INVALID;
}

const char *izh_flow_message(const izh_flow *flow)
{
    (void)flow;
    return "";
}
