/* Trains the report's second by networks alone: linked with lib/pinn and what it stands on, and
 * with no other solver. */
#include <math.h>
#include <stdio.h>

#include <izh/pinn.h>

static const double spikes[] = {201.0224709569527329, 348.8095578693403655, 496.6640773642638478,
                                644.5185823306922809, 792.3730873002390488, 940.2275922697851474};

int main(void)
{
    const izh_segment current = {101, 70, 0};
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
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
