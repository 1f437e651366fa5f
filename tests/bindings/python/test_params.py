import copy
import math
import pickle

import numpy as np
import pytest

import izh
from izh import _c


def test_forms():
    p = izh.params_2003(.02, .2, -65, 8)
    assert (p.cm, p.k2, p.k1, p.k0, p.b_lo, p.vpeak, p.u_max) == (1, .04, 5, 140, .2, 30, math.inf)
    q = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
    assert (q.cm, q.k1, q.k0, q.vb) == (100, -(.7 * -100), (.7 * -60) * -40, -60)


def test_they_are_values(rs):
    assert rs == izh.params_2003(.02, .2, -65, 8) and hash(rs) == hash(rs.replace())
    assert rs != rs.replace(d=4) and rs != 3 and rs.replace(d=4).d == 4
    assert eval(repr(rs), vars(izh)) == rs
    assert pickle.loads(pickle.dumps(rs)) == copy.copy(rs) == copy.deepcopy(rs) == rs
    assert len(tuple(rs)) == 16 and len({rs, rs.replace()}) == 1


def test_they_do_not_change(rs):
    with pytest.raises(AttributeError, match='replace'):
        rs.a = 1
    with pytest.raises(AttributeError):
        del rs.a


def test_they_do_not_change_by_a_second_init(rs):
    with pytest.raises(AttributeError, match='replace'):
        rs.__init__(*izh.params_2003(.1, .2, -65, 2))
    assert rs == izh.params_2003(.02, .2, -65, 8)


RS = dict(C=100, k=.7, vr=-60, vt=-40, vpeak=35, a=.03, b=-2, c=-50, d=100)


def test_the_form_that_a_cell_was_given_in(rs):
    p = izh.Params.from_2007(**RS)
    assert p == izh.params_2007(**RS) and p.as_2007() == RS
    assert repr(p) == ('params_2007(C=100.0, k=0.7, vr=-60.0, vt=-40.0, vpeak=35.0, a=0.03, b=-2.0, '
                       'c=-50.0, d=100.0)')
    assert repr(rs) == 'params_2003(a=0.02, b=0.2, c=-65.0, d=8.0)'
    assert izh.Params.from_2003(.02, .2, -65, 8) == rs
    assert rs.as_2003() == dict(a=.02, b=.2, c=-65, d=8)
    bent = rs.replace(b_lo=0)
    assert repr(bent).startswith('Params(cm=1.0, k2=0.04') and eval(
        repr(bent), {'Params': izh.Params, 'inf': math.inf}) == bent
    for neuron in rs, bent:
        with pytest.raises(izh.UnsupportedError, match=r'to_2007\(C\)'):
            neuron.as_2007()
    for neuron in p, bent:
        with pytest.raises(izh.UnsupportedError, match=r'to_2003\(\)'):
            neuron.as_2003()


def test_every_threshold_is_found_again():
    random = np.random.default_rng(1)
    for _ in range(300):
        given = dict(RS, C=random.uniform(10, 200), k=random.uniform(.1, 3), vr=random.uniform(-90, -50),
                     vt=random.uniform(-50, -30))
        p = izh.params_2007(**given)
        again = p.as_2007()
        assert izh.params_2007(**again) == p and again['vt'] == pytest.approx(given['vt'], rel=1e-14)
        tidy = {name: round(x, 4) for name, x in given.items()}
        assert izh.params_2007(**tidy).as_2007() == tidy


def test_replacing_what_a_form_has(rs):
    p = izh.params_2007(**RS)
    for field, value in dict(C=50, k=1.5, vr=-65, vt=-42, vpeak=30, a=.02, b=1, c=-55, d=50).items():
        assert p.replace(**{field: value}) == izh.params_2007(**{**RS, field: value})
    assert p.replace(k=1.5, C=50, vr=-65, vt=-42) == izh.params_2007(**{**RS, **dict(
        k=1.5, C=50, vr=-65, vt=-42)})
    assert p.replace(k=1, u_max=500) == izh.params_2007(**{**RS, 'k': 1}).replace(u_max=500)
    assert rs.replace(b=.25) == izh.params_2003(.02, .25, -65, 8)
    with pytest.raises(izh.UnsupportedError):
        rs.replace(k=1)


@pytest.mark.parametrize('field, value', [('a', math.nan), ('cm', 0), ('cm', -1), ('c', 30),
                                          ('u_max', math.nan), ('k2', math.inf)])
def test_what_is_not_valid_is_named(rs, field, value):
    with pytest.raises(ValueError, match=rf'^{field} = \S+ must be ') as caught:
        rs.replace(**{field: value})
    assert isinstance(caught.value, izh.IzhError) and caught.value.status_name == 'IZH_E_INVALID'


@pytest.mark.parametrize('field', [name for name, _ in izh.Params._fields_])
def test_c_has_each_field_under_its_name(rs, field):
    with pytest.raises(ValueError, match=rf'^{field} = nan must be '):
        rs.replace(**{field: math.nan})


def test_what_is_no_number(rs):
    for bad in 'x', None, [1], 1j:
        with pytest.raises(TypeError, match='^b must be a number'):
            izh.params_2003(.02, bad, -65, 8)
        with pytest.raises(TypeError):
            izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, bad)
    with pytest.raises(TypeError, match='no e, f'):
        rs.replace(f=1, e=2)
    assert izh.params_2003(np.float32(.5), np.int8(1), -65, True).d == 1


def test_rest(rs):
    rest = rs.rest()
    assert rest.v == pytest.approx(-70) and rest.u == pytest.approx(-14)
    assert rs.rest(10) is None
    with pytest.raises(ValueError, match='I'):
        rs.rest(math.nan)


def test_u(rs):
    assert rs.U(-65) == .2 * -65
    fs = izh.params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0).replace(b_lo=0, b_hi=0, b3=.025)
    assert fs.U(-60) == 0 and fs.U(-45) == .025 * 1000


def test_conversions(rs):
    if not hasattr(_c.lib.real, 'izh_params_to_2007'):
        with pytest.raises(NotImplementedError):
            rs.to_2007(100)
        with pytest.raises(izh.UnsupportedError):
            rs.to_2003()
        return
    there, units = rs.to_2007(100)
    assert there.cm == 100 and units.u == 100 and units.t == 1
    back, units = there.to_2003()
    assert back.a == pytest.approx(rs.a) and units.u == pytest.approx(.01)


def test_what_the_library_has():
    assert izh.has('populations') and izh.has('taylor') and izh.has('scalar')
    assert not izh.has('rk5') and not izh.has('') and not izh.has('taylor\0') and not izh.has('\udc80')
    assert [isa for isa in ('scalar', 'sse2', 'avx2', 'avx512', 'neon') if izh.has(isa)] == list(izh.isas)
    with pytest.raises(TypeError, match='feature must be a string, not int'):
        izh.has(1)


def test_methods():
    assert izh.methods['taylor'] == 8 and list(izh.methods)[0] == 'euler'
    assert 'scalar' in izh.isas
    with pytest.raises(TypeError):
        izh.methods['new'] = 1


def test_the_unit_is_that_of_the_form():
    """Not that of the capacitance: a cell of the 2007 form with C = 1 has its u in pA."""
    for preset in izh.presets.values():
        assert preset.params.unit == ('pA' if preset.family not in ('2003', '2004') else 'mV/ms'), preset.name
    assert izh.params_2007(1, 0.7, -60, -40, 35, 0.03, -2, -50, 100).unit == 'pA'
    assert izh.simulate(izh.params_2007(1, 0.7, -60, -40, 35, 0.03, -2, -50, 100), 0, 1).unit == 'pA'
