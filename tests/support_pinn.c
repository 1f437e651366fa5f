#include "support_pinn.h"

izh_pinn_config support_pinn_config(void)
{
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = support_rs();
    config.initial = (izh_state){-60, 0};
    config.t_end = 1000;
    config.segments = support_current;
    config.segment_count = 1;
    return config;
}

izh_pinn_config support_pinn_case(const struct reference_case *c)
{
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = c->params;
    config.initial = c->initial;
    config.t_end = c->t_end;
    config.segments = c->stimulus;
    config.segment_count = c->segments;
    return config;
}

izh_pinn *support_train(const izh_pinn_config *config)
{
    izh_pinn *pinn = NULL;
    static struct logbook book; /* the solution keeps its log */
    izh_pinn_config c = *config;
    if (!izh_has("pinn"))
        return NULL;
    if (!c.log.write)
        c.log = support_log(&book);
    const izh_status status = izh_pinn_train(&pinn, &c);
    if (status != IZH_OK)
        print_error("izh_pinn_train: %s: %s\n", izh_status_name(status), book.text);
    check_true(status == IZH_OK);
    return pinn;
}

double support_worst_spike(const izh_pinn *pinn, const struct reference_case *c)
{
    const izh_pinn_spikes spikes = izh_pinn_get_spikes(pinn);
    double worst = 0;
    if (spikes.count != c->spikes)
        return INFINITY;
    for (size_t i = 0; i < c->spikes; i++)
        worst = fmax(worst, fabs(spikes.data[i].t - c->t[i]));
    return worst;
}

/* ---- flow maps ---- */

izh_flow_config support_flow_config(void)
{
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    config.params = support_rs();
    config.I_hi = 100;
    config.units = 40;
    config.points = 1500;
    return config;
}

izh_flow *support_train_flow(const izh_flow_config *config)
{
    izh_flow *flow = NULL;
    static struct logbook book; /* the map keeps its log */
    izh_flow_config c = *config;
    if (!izh_has("pinn"))
        return NULL;
    if (!c.log.write)
        c.log = support_log(&book);
    const izh_status status = izh_flow_train(&flow, &c);
    if (status != IZH_OK)
        print_error("izh_flow_train: %s: %s\n", izh_status_name(status), book.text);
    check_true(status == IZH_OK);
    return flow;
}

/* ---- forged blobs ---- */

void support_seal(unsigned char *blob, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < size - 8; i++)
        hash = (hash ^ blob[i]) * 0x100000001b3u;
    for (int i = 0; i < 8; i++)
        blob[size - 8 + (size_t)i] = (unsigned char)(hash >> 8 * i);
}

int support_forge(unsigned char *word, size_t k)
{
    static const double numbers[] = {0,        -1,       1,         1e300, -1e300,
                                     4.9e-324, INFINITY, -INFINITY, NAN,   1e-3};
    static const uint64_t integers[] = {1, 2, 255, UINT64_MAX, (uint64_t)1 << 63,
                                        4, 5, 6,   1000,       (uint64_t)1 << 32};
    if (k < LENGTH(numbers))
        memcpy(word, &numbers[k], 8);
    else if (k < LENGTH(numbers) + LENGTH(integers))
        memcpy(word, &integers[k - LENGTH(numbers)], 8);
    return k < LENGTH(numbers) + LENGTH(integers);
}
