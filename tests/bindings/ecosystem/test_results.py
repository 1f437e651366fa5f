"""Results in Neo, pandas, xarray and HDF5: read back by these packages, they are what the run gave."""
import h5py
import neo
import numpy as np
import pandas
import pytest
import quantities as pq
import xarray

import izh

N = 12


@pytest.fixture
def run():
    population = izh.Population(N, t0=100., dt=.2)
    population.set_current(np.linspace(0, 12, N))
    rows = population.record([2, 11], 2000, every=2)
    return population.run(400), rows


# ---- Neo ----

def test_a_segment(run, tmp_path):
    spikes, rows = run
    segment = spikes.to_neo(rows, u_unit='mV/ms')
    assert isinstance(segment, neo.Segment) and len(segment.spiketrains) == N
    for number, (train, neos) in enumerate(zip(spikes.trains(), segment.spiketrains)):
        assert neos.units == pq.ms and neos.magnitude.tolist() == train.tolist()
        assert neos.t_start == 100 * pq.ms and neos.t_stop.rescale('s') == .4 * pq.s
        assert neos.annotations['neuron'] == number
    v, u = segment.analogsignals
    assert v.units == pq.mV and u.units == pq.mV / pq.ms and v.shape == (750, 2)
    assert v.sampling_period.rescale('ms').magnitude == pytest.approx(.4, rel=1e-12)
    assert v.times.rescale('ms').magnitude == pytest.approx(rows.filled.t, rel=1e-12)
    assert np.array_equal(u.magnitude, rows.filled['u'])
    assert v.array_annotations['neuron'].tolist() == [2, 11]
    assert rows.to_neo().analogsignals[1].units == pq.pA
    with pytest.raises(izh.InvalidError, match="u_unit = 'V'"):
        rows.to_neo('V')
    path = tmp_path / 'segment.pkl'
    neo.io.PickleIO(str(path)).write_block(_block(segment))
    again = neo.io.PickleIO(str(path)).read_block().segments[0]
    assert np.array_equal(again.spiketrains[11].magnitude, spikes.trains()[11])


@pytest.mark.parametrize('t0, dt', [(1e9, .1), (0, .3), (-1e4 / 3, 1 / 3)])
def test_signals_of_any_time(t0, dt):
    """Samples are regular also where their times have few digits, and have their interval also where there is one."""
    population = izh.Population(1, t0=t0, dt=dt)
    rows = population.record([0], 50)
    for ticks in 1, 2, 50:
        population.run(t0 + ticks * dt)
        segment = rows.to_neo()
        v, _ = segment.analogsignals
        assert not segment.irregularlysampledsignals and v.shape == (ticks, 1)
        assert v.sampling_period.rescale('ms').magnitude == pytest.approx(dt, rel=1e-7)
        assert v.times.rescale('ms').magnitude[-1] == pytest.approx(rows.t[ticks - 1], rel=1e-12)


def _block(segment):
    block = neo.Block()
    block.segments.append(segment)
    return block


def test_one_neuron_as_a_segment():
    result = izh.simulate('2003-RS', duration=50.05)  # whose last sample comes sooner
    segment = result.to_neo()
    assert segment.spiketrains[0].magnitude.tolist() == result.spikes.tolist() and len(result.spikes)
    names = [signal.name for signal in segment.irregularlysampledsignals]
    assert names == ['v', 'u', 'I'] and segment.irregularlysampledsignals[1].units == pq.mV / pq.ms
    regular = izh.simulate('2007-RS', duration=50).to_neo().analogsignals
    assert [signal.name for signal in regular] == ['v', 'u', 'I'] and regular[2].units == pq.pA


# ---- pandas ----

def test_frames(run):
    spikes, rows = run
    frame = spikes.to_pandas()
    assert list(frame.columns) == ['t', 'i'] and frame.attrs['n'] == N and frame.attrs['t_stop'] == 400
    per = frame.groupby('i').size().reindex(range(N), fill_value=0)
    assert per.tolist() == spikes.counts().tolist()
    over_time = rows.to_pandas()
    assert np.array_equal(over_time[('v', 11)], rows.filled['v'][:, 1])
    assert np.array_equal(over_time['u'][2], rows.filled['u'][:, 0])
    assert np.array_equal(over_time.index, rows.filled.t) and over_time.index.name == 't'
    result = izh.simulate('2003-RS', duration=50)
    assert np.array_equal(result.to_pandas()['v'], result.v)
    assert isinstance(over_time, pandas.DataFrame)


# ---- xarray ----

def test_datasets(run, tmp_path):
    spikes, rows = run
    data = spikes.to_xarray()
    assert np.array_equal(data.t, spikes['t']) and data.t.units == 'ms' and data.n == N
    assert isinstance(data, xarray.Dataset)
    data = rows.to_xarray('mV/ms')
    assert np.array_equal(data.v.sel(neuron=11), rows.filled['v'][:, 1])
    assert data.v.units == 'mV' and data.u.units == 'mV/ms' and data.t.units == 'ms'
    assert float(data.u.sel(t=200, method='nearest')[0]) == rows['u'][np.argmin(abs(rows.t - 200)), 0]
    result = izh.simulate('2007-RS', duration=50)
    data = result.to_xarray()
    assert np.array_equal(data.I, result.I) and data.I.units == 'pA'
    assert np.array_equal(data.attrs['spikes'], result.spikes)


# ---- SONATA ----

def test_a_file_of_spikes(run, tmp_path):
    spikes, _ = run
    path = tmp_path / 'spikes.h5'
    spikes.to_sonata(path, 'cortex')
    izh.Spikes([5, 1.5], [3, 1]).to_sonata(path, 'thalamus', mode='a')
    with h5py.File(path, 'r') as file:
        assert file.attrs['magic'] == 0x0A7A and file.attrs['version'].tolist() == [0, 1]
        assert sorted(file['spikes']) == ['cortex', 'thalamus']
        group = file['spikes/cortex']
        assert group['timestamps'].dtype == '<f8' and group['node_ids'].dtype == '<u8'
        assert group['timestamps'].attrs['units'] == 'ms'
        assert np.array_equal(group['timestamps'], spikes['t'])
        assert np.array_equal(group['node_ids'], spikes['i'])
        kind = h5py.check_enum_dtype(group.attrs.get_id('sorting').dtype)
        assert kind == {'none': 0, 'by_id': 1, 'by_time': 2} and group.attrs['sorting'] == 2
        assert file['spikes/thalamus/timestamps'][:].tolist() == [1.5, 5]
        assert file['spikes/thalamus/node_ids'][:].tolist() == [1, 3]
    for wrong in (lambda: spikes.to_sonata(path, 'cortex', 'a'), lambda: spikes.to_sonata(path, 'a/b'),
                  lambda: spikes.to_sonata(path, ''), lambda: spikes.to_sonata(path, 'x', 'r')):
        with pytest.raises(izh.InvalidError):
            wrong()
    spikes.to_sonata(path)
    with h5py.File(path, 'r') as file:
        assert list(file['spikes']) == ['neurons']
