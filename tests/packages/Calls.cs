// What Izh.cs promises beside the numbers: errors, callbacks that throw and collect, saves. Prints one line for each.
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using Libizh;

static class Calls
{
    static readonly Params Rs = Params.Of2003(.02, .2, -65, 8);

    static void Say(string what, bool well)
    {
        Console.WriteLine((well ? "well: " : "not well: ") + what);
    }

    static string Message(Action act)
    {
        try
        {
            act();
        }
        catch (IzhException e)
        {
            return e.Status + ": " + e.Message;
        }
        return "nothing";
    }

    static void Errors()
    {
        Say("a config's fault is told", Message(() => new Solver(new SolverConfig { parameters = Rs, dt = -1 }))
            .StartsWith("Invalid: ") && Message(() => new Solver(new SolverConfig { parameters = Rs, dt = -1 })).Contains("-1"));
        Say("a population's fault is told", Message(() => new Population(new PopulationConfig { n = 1, precision = (Precision)7 }))
            .StartsWith("Invalid: "));
        using (var neuron = new Solver(Rs, new State(-65, -13)))
        {
            Say("a call's fault is told", Message(() => neuron.SetCurrent(double.NaN)).StartsWith("Invalid: "));
            Say("a run's fault is told", Message(() => neuron.Run(-1)).Contains("-1"));
        }
        using (var neurons = new Population(3))
        {
            Say("a neuron's fault is told", Message(() => neurons.SetCurrent(2, 1, 1)).StartsWith("Invalid: "));
            Say("a read's fault is told", Message(() => neurons.GetState(2, 2)).StartsWith("Invalid: "));
        }
        var bad = Rs;
        bad.cm = -1;
        Say("a parameter's fault is told", Message(() => bad.Rest()) == "Invalid: params.cm is not valid");
    }

    static void Callbacks()
    {
        using (var neuron = new Solver(Rs, new State(-65, -13)))
        {
            var count = 0;
            neuron.SetCurrent(10);
            neuron.OnSpike((SpikeEvent e, ref State after) =>
            {
                if (++count == 2)
                    throw new InvalidOperationException("second");
                after.v = -70;
                return true;
            });
            var thrown = "";
            try
            {
                neuron.Run(1000);
            }
            catch (InvalidOperationException e)
            {
                thrown = e.Message;
            }
            Say("an exception is carried out of the run", thrown == "second" && neuron.Time < 1000 && count == 2);
            GC.Collect();
            Say("the run goes on", neuron.Run(1000) == Status.Ok && count > 10);
            neuron.OnSpike(null);
            var before = count;
            Say("the function ends", neuron.Run(2000) == Status.Ok && count == before);
            Say("what is next is known", neuron.NextSpike(3000) > 2000 && neuron.Time == 2000);
        }
    }

    static void Saves()
    {
        using (var whole = new Solver(Rs, new State(-65, -13)))
        using (var rest = new Solver(Rs, new State(-65, -13)))
        {
            whole.SetStimulus(new Segment(5, 10), new Segment(50, 4, .1));
            whole.Run(30);
            rest.Load(whole.Save());
            var states = whole.Sample(new double[] { 40, 100 });
            rest.Run(100);
            Say("a solver resumes", states[1].v == rest.State.v && states[0].v != states[1].v);
        }
        using (var whole = new Population(20))
        using (var rest = new Population(20))
        {
            whole.SetCurrent(0, Enumerable.Range(0, 20).Select(i => (double)i).ToArray());
            whole.Kick(3, 100, 0);
            whole.Run(50);
            Say("spikes are in the order of time", whole.Spikes.Length > 0 && whole.Spikes[0].i == 3 &&
                whole.Spikes.Zip(whole.Spikes.Skip(1), (x, y) => x.t <= y.t).All(x => x));
            rest.Load(whole.Save());
            whole.Run(100);
            rest.Run(100);
            Say("a population resumes", whole.Hash == rest.Hash && whole.GetState(3, 1)[0].v == rest.GetState(3, 1)[0].v);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Leave(int many)
    {
        for (var i = 0; i < many; i++)
        {
            var neuron = new Solver(Rs, new State(-65, -13));
            neuron.OnSpike((SpikeEvent e, ref State after) => neuron.Time > 0); // a circle
            neuron.SetCurrent(10);
            neuron.Run(10);
        }
    }

    static long Memory()
    {
        var line = System.IO.File.ReadAllLines("/proc/self/status").First(x => x.StartsWith("VmRSS"));
        return long.Parse(line.Split((char[])null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    // 20000 solvers that nobody disposes of would be some 80 MB.
    static void Garbage()
    {
        Leave(2000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Memory();
        for (var i = 0; i < 10; i++)
        {
            Leave(2000);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Say("what is forgotten is freed", Memory() - before < 20000);
    }

    static void Main()
    {
        Library.Check();
        Say("the library tells of itself", Library.Version.Split('.').Length == 3 && Library.Has("populations") && !Library.Has("magic"));
        Errors();
        Callbacks();
        Saves();
        Garbage();
    }
}
