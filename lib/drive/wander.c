#include "drive/wander.h"

#include "util/float.h"

void izh_check_noise(struct izh_checks *c, const izh_ou *ou, double white, double most)
{
    IZH_REQUIRE(c, white >= 0 && white <= most, IZH_E_INVALID,
                "noise_white = %s must be finite and not negative", izh_number(white).text);
    IZH_REQUIRE(c, izh_fabs(ou->mean) <= most, IZH_E_INVALID, "noise_ou.mean = %s must be finite",
                izh_number(ou->mean).text);
    IZH_REQUIRE(c, ou->sigma >= 0 && ou->sigma <= most, IZH_E_INVALID,
                "noise_ou.sigma = %s must be finite and not negative", izh_number(ou->sigma).text);
    IZH_REQUIRE(c, izh_wander_is_none(ou) || (ou->tau > 0 && izh_isfinite(ou->tau)), IZH_E_INVALID,
                "noise_ou.tau = %s must be finite and above 0", izh_number(ou->tau).text);
}
