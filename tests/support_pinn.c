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
