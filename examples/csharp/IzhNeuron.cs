// A neuron for Unity: add it to an object, choose a current, and listen to it. README.md has the setting up.
using System;
using Libizh;
using UnityEngine;
using UnityEngine.Events;

/// <summary>One Izhikevich neuron that runs with the physics, every FixedUpdate.</summary>
public sealed class IzhNeuron : MonoBehaviour
{
    [Header("The 2003 form: v' = 0.04 v^2 + 5 v + 140 - u + I")]
    public double a = .02;
    public double b = .2;
    public double c = -65;
    public double d = 8;

    [Tooltip("The current, in the model's own unit. 10 makes the default neuron fire.")]
    public double current = 10;
    [Tooltip("How many ms the neuron lives in a second of the game. 1000 is real time.")]
    public double msPerSecond = 1000;

    [Tooltip("Called for each spike, in the FixedUpdate in which it happens.")]
    public UnityEvent spiked = new UnityEvent();
    /// <summary>The same, with the spike's time: ms since the neuron began.</summary>
    public event Action<double> SpikedAt;

    Solver solver;
    Params last;
    double begun;

    /// <summary>Membrane potential, mV.</summary>
    public double V => solver == null ? double.NaN : solver.State.v;
    /// <summary>How many spikes there were.</summary>
    public int Count { get; private set; }

    /// <summary>An impulse to v, mV, such as a synapse's: 20 and more makes most neurons spike.</summary>
    public void Kick(double dv)
    {
        if (solver != null)
            solver.Kick(dv);
    }

    void OnEnable()
    {
        last = Params.Of2003(a, b, c, d);
        solver = new Solver(last, last.Rest() ?? new State(c, b * c));
        solver.OnSpike(AtSpike);
        begun = solver.Time;
        Count = 0;
    }

    void OnDisable()
    {
        if (solver != null)
            solver.Dispose();
        solver = null;
    }

    // What is changed in the inspector counts from the next step on.
    void FixedUpdate()
    {
        if (solver == null) // its parameters were refused
            return;
        var now = Params.Of2003(a, b, c, d);
        if (!now.Equals(last))
            solver.SetParams(now);
        last = now;
        solver.SetCurrent(current);
        solver.Run(solver.Time + Time.fixedDeltaTime * msPerSecond);
    }

    bool AtSpike(SpikeEvent spike, ref State after)
    {
        Count++;
        spiked.Invoke();
        if (SpikedAt != null)
            SpikedAt(spike.t - begun);
        return true;
    }
}
