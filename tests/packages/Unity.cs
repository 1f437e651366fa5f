// What IzhNeuron.cs uses of Unity, with the same names, and a game loop of 2 s that drives one as Unity does: by the
// names of its private methods. Prints the spikes that its listeners heard.
using System;
using System.Reflection;

namespace UnityEngine
{
    public class MonoBehaviour
    {
        public bool enabled = true;
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class HeaderAttribute : Attribute
    {
        public HeaderAttribute(string header)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip)
        {
        }
    }

    public static class Time
    {
        public static float fixedDeltaTime => .02f;
    }
}

namespace UnityEngine.Events
{
    public class UnityEvent
    {
        event Action heard;
        public void AddListener(Action call)
        {
            heard += call;
        }
        public void Invoke()
        {
            if (heard != null)
                heard();
        }
    }
}

static class Game
{
    static void Send(object behaviour, string message)
    {
        behaviour.GetType().GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic)
            .Invoke(behaviour, null);
    }

    static int Play(IzhNeuron neuron, int updates)
    {
        var before = neuron.Count;
        for (var i = 0; i < updates; i++)
            Send(neuron, "FixedUpdate");
        return neuron.Count - before;
    }

    static void Main()
    {
        var neuron = new IzhNeuron();
        int heard = 0;
        double at = -1;
        neuron.spiked.AddListener(() => heard++);
        neuron.SpikedAt += t => at = t;
        Send(neuron, "OnEnable");
        var firing = Play(neuron, 50);
        Console.WriteLine("fires " + (firing > 10 && heard == firing && at > 900 && at <= 1000));
        neuron.current = 0;
        Play(neuron, 50);
        Console.WriteLine("rests " + (Play(neuron, 50) == 0 && Math.Abs(neuron.V + 70) < .1));
        neuron.Kick(30);
        Console.WriteLine("kicked " + (Play(neuron, 5) == 1));
        neuron.d = 2;
        neuron.current = 10;
        var faster = Play(neuron, 50);
        Console.WriteLine("faster " + (faster > firing));
        Send(neuron, "OnDisable");
        neuron.Kick(30);
        Console.WriteLine("off " + double.IsNaN(neuron.V));
        Send(neuron, "OnEnable");
        Console.WriteLine("on again " + (neuron.Count == 0 && Play(neuron, 50) == faster));
    }
}
