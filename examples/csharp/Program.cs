// A neuron's first spike, and a population: what tests/packages/workload.c prints, in C#.
using System;
using System.Globalization;
using Libizh;

static class Program
{
    static void FirstSpike()
    {
        using (var neuron = new Solver(Params.Of2003(.02, .2, -65, 8), new State(-65, -13)))
        {
            neuron.OnSpike((SpikeEvent spike, ref State after) => false); // the solver then stands at the spike
            neuron.SetCurrent(10);
            neuron.Run(1000);
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "first spike at {0:F12} ms", neuron.Time));
        }
    }

    static void Many()
    {
        using (var neurons = new Population(100))
        {
            for (uint i = 0; i < neurons.Count; i++)
            {
                neurons.SetCurrent(i, 4 + .125 * i);
                if (i % 2 == 1)
                    neurons.SetParams(i, Params.Of2003(.1, .2, -65, 2));
            }
            neurons.Run(200);
            Console.WriteLine(neurons.Spikes.Length + " spikes");
            Console.WriteLine("hash " + neurons.Hash.ToString("x16"));
        }
    }

    static void Main()
    {
        FirstSpike();
        Many();
    }
}
