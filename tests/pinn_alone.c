/* Trains the report's second by networks alone, and a flow map: linked with lib/pinn and what it
 * stands on, and with no other solver. */
#include <math.h>
#include <stdio.h>

#include <izh/flow.h>
#include <izh/pinn.h>

static const double spikes[] = {201.0224709569527329, 348.8095578693403655, 496.6640773642638478,
                                644.5185823306922809, 792.3730873002390488, 940.2275922697851474};

static izh_params neuron(void)
{
    return izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
}

static int second_is_wrong(void)
{
    const izh_segment current = {101, 70, 0};
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = neuron();
    config.initial.v = -60;
    config.t_end = 1000;
    config.segments = &current;
    config.segment_count = 1;
    izh_pinn *pinn;
    if (izh_pinn_train(&pinn, &config) != IZH_OK)
        return 1;
    const izh_pinn_spikes found = izh_pinn_get_spikes(pinn);
    int wrong = found.count != sizeof spikes / sizeof *spikes;
    for (size_t i = 0; i < found.count && !wrong; i++) {
        printf("%.12f ms, off by %.2g\n", found.data[i].t, found.data[i].t - spikes[i]);
        wrong = !(fabs(found.data[i].t - spikes[i]) < 1e-6);
    }
    izh_pinn_destroy(pinn);
    return wrong;
}

/* From rest the map comes, in 99 steps, to where the neuron is at 200 ms, just before its first
 * spike; tests/reference/states.csv has the state. */
static int map_is_wrong(void)
{
    const double step = 1;
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    izh_state y = {-60, 0};
    izh_flow *flow;
    config.params = neuron();
    config.I_hi = 100;
    config.units = 24;
    config.points = 600;
    if (izh_flow_train(&flow, &config) != IZH_OK)
        return 1;
    int wrong = izh_flow_get_info(flow).step != 1;
    for (int i = 0; i < 99 && !wrong; i++)
        wrong = izh_flow_eval(flow, y, 70, 0, &step, 1, &y, NULL) != IZH_OK;
    printf("v off by %.2g mV, u by %.2g pA\n", y.v - 2.610187145768795, y.u + 33.42458032530472);
    wrong |= !(fabs(y.v - 2.610187145768795) < 1) || !(fabs(y.u + 33.42458032530472) < .1);
    izh_flow_destroy(flow);
    return wrong;
}

int main(void)
{
    return second_is_wrong() || map_is_wrong();
}
