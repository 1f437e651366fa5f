"""A network through PyNN's run() beside the same through izh.Network: cells with currents of their own, Poisson
input, and synapses that give currents or conductances. Prints a table of Markdown. Usage: bench_pynn.py [N]"""
import pathlib
import statistics
import sys
import time
import warnings

import izh.pynn as sim

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'bindings' / 'ecosystem'))
import pynn_twins  # noqa: E402

MS, ROUNDS = 200, 11


def timed(call, *arguments):
    begin = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - begin, result


def compare(n, kind, p):
    made, cells = timed(pynn_twins.by_pynn, n, kind, p)
    cells.record('spikes')
    built, net = timed(sim.get_network)
    by_hand, twin = timed(pynn_twins.by_hand, n, kind, p)
    net.build()
    twin.build()
    pynn, hand, count = [], [], 0
    for k in range(ROUNDS):  # by turns, so that both have the same machine
        pynn.append(timed(sim.run, MS)[0])
        took, spikes = timed(twin.run, MS * (k + 1))
        hand.append(took)
        count += len(spikes)
    same = 'yes' if net.hash == twin.hash else 'NO'
    ratio = statistics.median(x / y for x, y in zip(pynn, hand))
    rate = count / n / (ROUNDS * MS / 1000)
    print(f'| {kind} | {sum(map(len, net.synapses))} | {rate:.1f} | {made:.2f} | {built:.2f} | {by_hand:.2f} | '
          f'{statistics.median(pynn) * 1000:.1f} | {statistics.median(hand) * 1000:.1f} | {ratio:.2f} | {same} |')


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    warnings.simplefilter('ignore')
    print(f'{n} cells, ticks of {pynn_twins.DT} ms, {ROUNDS} runs of {MS} ms each, by turns\n')
    print('| synapses give | synapses | Hz | projections by PyNN, s | the network of them, s | `izh.Network` by hand, s | '
          '`run()`, ms | by hand, ms | ratio | same bits |')
    print('|---' * 10 + '|')
    for kind in pynn_twins.KINDS:
        compare(n, kind, .02)


main()
