// libizh for C#: solvers and populations, by P/Invoke. One file, for .NET, Mono and Unity (C# 7.3, netstandard 2.0).
//
// All that izh/solver.h and izh/population.h say of units, ranges, threads and bits holds here. What fails throws an
// IzhException with the library's message. The library is found as the loader finds "izh": izh.dll, libizh.so or
// libizh.dylib (README.md says where to put it).
using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Libizh
{
    /// <summary>What a call came to. Those below zero are thrown.</summary>
    public enum Status
    {
        Ok = 0, Stopped = 1, Paused = 2, NoRest = 3,
        Invalid = -1, Memory = -2, Unsupported = -3, Busy = -4, Diverged = -5, Reset = -6, Tolerance = -7,
        Format = -8, File = -9,
    }

    /// <summary>How to take a step: docs/choosing-a-method.md.</summary>
    public enum Method
    {
        Default = 0, Euler = 1, BackwardEuler = 2, Midpoint = 3, Rk4 = 4, ExpEuler = 5, ExprbAdaptive = 6, Dopri5 = 7,
        Taylor = 8, Pinn = 9, Published2003 = 10, Figure1 = 11, NestConsistent = 12, CarlsimEuler = 13,
        CarlsimRk4 = 14, Genn = 15, Nemo = 16, Spinnaker = 17,
    }

    /// <summary>Where in a step a spike is: at its time, or at the step's end.</summary>
    public enum Events
    {
        Exact = 0, Grid = 1,
    }

    /// <summary>Of a population's states.</summary>
    public enum Precision
    {
        F64 = 0, F32 = 1,
    }

    /// <summary>A call that failed.</summary>
    public sealed class IzhException : Exception
    {
        public Status Status { get; }

        public IzhException(Status status, string message)
            : base(string.IsNullOrEmpty(message) ? Library.Text(status) : message)
        {
            Status = status;
        }
    }

    /// <summary>The parameters of a neuron: izh_params, whose comments in izh/model.h have the units.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Params
    {
        public double cm, k2, k1, k0, a, r, bLo, bHi, b3, vb, vpeak, vpeakU, c, cU, d, uMax;

        /// <summary>The 2003 form: v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30 mV.</summary>
        public static Params Of2003(double a, double b, double c, double d)
        {
            return Native.izh_params_2003(a, b, c, d);
        }

        /// <summary>The 2007 form: C v' = k (v - vr)(v - vt) - u + I, u' = a (b (v - vr) - u).</summary>
        public static Params Of2007(double C, double k, double vr, double vt, double vpeak, double a, double b,
                                    double c, double d)
        {
            return Native.izh_params_2007(C, k, vr, vt, vpeak, a, b, c, d);
        }

        /// <summary>Where the neuron rests under a constant current; null where it does not.</summary>
        public State? Rest(double I = 0)
        {
            var status = Native.izh_params_rest(ref this, I, out var state);
            if (status < Status.Ok)
                throw new IzhException(status, Fault());
            return status == Status.NoRest ? (State?)null : state;
        }

        string Fault()
        {
            Native.izh_params_check(ref this, out var field);
            return field == IntPtr.Zero ? null : "params." + Library.String(field) + " is not valid";
        }
    }

    /// <summary>mV, and pA (2003 form: mV/ms).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct State
    {
        public double v, u;

        public State(double v, double u)
        {
            this.v = v;
            this.u = u;
        }
    }

    /// <summary>A piece of current: I + slope (s - t) from t on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Segment
    {
        public double t, I, slope;

        public Segment(double t, double I, double slope = 0)
        {
            this.t = t;
            this.I = I;
            this.slope = slope;
        }
    }

    /// <summary>A spike of a solver, as its callback sees it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SpikeEvent
    {
        public double t;
        public uint neuron;
        uint reserved;
        public State before;
    }

    /// <summary>A spike of a population.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Spike
    {
        public double t;
        public uint i;
        uint reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Allocator
    {
        public IntPtr alloc, release, user;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Log
    {
        public IntPtr write, user;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct PinnNetwork
    {
        public uint hidden, points;
        public ulong seed;
        public double shortest;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Executor
    {
        public IntPtr run, user;
    }

    /// <summary>A wandering current: an Ornstein-Uhlenbeck process.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OrnsteinUhlenbeck
    {
        public double mean, sigma, tau;
    }

    /// <summary>What a solver is made of: izh_solver_config. Zero in any field but parameters is its
    /// default.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SolverConfig
    {
        internal UIntPtr size;
        public Method method;
        public Events events;
        public double dt, rtol, atol, t0;
        public Params parameters;
        public State initial;
        public double maxSpikesPerMs;
        public UIntPtr maxSegments;
        internal Allocator allocator;
        internal Log log;
        internal PinnNetwork pinn;
        internal IntPtr flow;
        public double maxStepsPerMs;
        internal IntPtr gradients;
        internal UIntPtr gradientCount;
    }

    /// <summary>What a population is made of: izh_population_config. Zero in any field is its default.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PopulationConfig
    {
        internal UIntPtr size;
        public uint n;
        public Method method;
        public ulong first;
        public Precision precision;
        public int isa;
        public Events events;
        public uint threads;
        public double dt, t0, noiseSigma;
        public ulong seed;
        public UIntPtr spikeCapacity;
        public double maxSpikesPerMs;
        public uint tile, block;
        internal Allocator allocator;
        internal Executor executor;
        internal Log log;
        public double maxStepsPerMs, noiseWhite;
        public OrnsteinUhlenbeck noiseOu;
    }

    /// <summary>The library itself.</summary>
    public static class Library
    {
        /// <summary>The version of the library that the program runs with, such as "0.2.0".</summary>
        public static string Version
        {
            get
            {
                var number = Native.izh_version();
                return number / 1000000 + "." + number / 1000 % 1000 + "." + number % 1000;
            }
        }

        /// <summary>Whether it has something, such as "avx2" or "pinn": izh_has().</summary>
        public static bool Has(string feature)
        {
            return Native.izh_has(feature) != 0;
        }

        /// <summary>Throws unless every struct of this file is as large as the library's. Solvers and populations
        /// ask by themselves.</summary>
        public static void Check()
        {
            Check<Params>("izh_params");
            Check<State>("izh_state");
            Check<Segment>("izh_segment");
            Check<SpikeEvent>("izh_spike_event");
            Check<Spike>("izh_spike");
            Check<Allocator>("izh_allocator");
            Check<Log>("izh_log");
            Check<PinnNetwork>("izh_pinn_network");
            Check<Executor>("izh_executor");
            Check<OrnsteinUhlenbeck>("izh_ou");
            Check<Native.Spikes>("izh_spikes");
            Check<SolverConfig>("izh_solver_config");
            Check<PopulationConfig>("izh_population_config");
        }

        static void Check<T>(string name)
        {
            var theirs = (ulong)Native.izh_struct_size(name);
            var ours = (ulong)Marshal.SizeOf<T>();
            if (theirs != ours)
                throw new IzhException(Status.Unsupported, "libizh " + Version + " has " + theirs + " bytes for " +
                                       name + ", and Izh.cs has " + ours + ": they are of different versions");
        }

        internal static string Text(Status status)
        {
            return String(Native.izh_status_text(status));
        }

        internal static string String(IntPtr text)
        {
            return Marshal.PtrToStringAnsi(text);
        }
    }

    /// <summary>One neuron. Not for two threads at once. Dispose of it, or the garbage collector will.</summary>
    public sealed class Solver : IDisposable
    {
        readonly SolverHandle handle;
        readonly SpikeHooks hooks = new SpikeHooks();

        public Solver(SolverConfig config)
        {
            Library.Check();
            config.size = (UIntPtr)Marshal.SizeOf<SolverConfig>();
            using (var message = new CreateMessage())
            {
                config.log = message.Log;
                var status = Native.izh_solver_create(out handle, ref config);
                if (status < Status.Ok)
                    throw new IzhException(status, message.Text);
                Native.izh_solver_set_log(handle, IntPtr.Zero);
            }
            handle.Hooks = GCHandle.Alloc(hooks, GCHandleType.Weak);
        }

        /// <summary>A neuron with the defaults: method taylor, exact events.</summary>
        public Solver(Params parameters, State initial)
            : this(new SolverConfig { parameters = parameters, initial = initial })
        {
        }

        public void Dispose()
        {
            handle.Dispose();
        }

        /// <summary>ms</summary>
        public double Time => Native.izh_solver_time(handle);
        public State State => Native.izh_solver_state(handle);
        /// <summary>How far the last spike's time may be from that of the exact solution, ms.</summary>
        public double SpikeErrorBound => Native.izh_solver_spike_error_bound(handle);

        /// <summary>Called at each spike, with the state after it, which may be written to; returns whether the run
        /// goes on. An exception ends the run and comes out of it.</summary>
        public delegate bool SpikeFunction(SpikeEvent spike, ref State after);

        /// <summary>The function that is called at spikes; null for none.</summary>
        public void OnSpike(SpikeFunction function)
        {
            hooks.function = function;
            Check(Native.izh_solver_on_spike(handle, function == null ? null : SpikeHooks.Call,
                                             GCHandle.ToIntPtr(handle.Hooks)));
        }

        /// <summary>Runs to a time, ms: Ok, or Stopped where OnSpike's function stopped it.</summary>
        public Status Run(double tEnd)
        {
            return Ran(Native.izh_solver_run(handle, tEnd));
        }

        /// <summary>Runs through ascending times; the states there. Where the run is stopped before, NaN.</summary>
        public State[] Sample(double[] times)
        {
            var states = new State[times.Length];
            Ran(Native.izh_solver_sample(handle, times, (UIntPtr)times.Length, states));
            return states;
        }

        /// <summary>When it will spike next, ms, up to a limit: infinity where it will not. It does not run.</summary>
        public double NextSpike(double limit)
        {
            Check(Native.izh_solver_next_spike(handle, limit, out var t));
            return t;
        }

        /// <summary>A constant current from now on.</summary>
        public void SetCurrent(double I)
        {
            Check(Native.izh_solver_set_current(handle, I));
        }

        /// <summary>A current of pieces, by ascending t.</summary>
        public void SetStimulus(params Segment[] segments)
        {
            Check(Native.izh_solver_set_stimulus(handle, segments, (UIntPtr)segments.Length));
        }

        public void SetParams(Params parameters)
        {
            Check(Native.izh_solver_set_params(handle, ref parameters));
        }

        public void SetState(State state)
        {
            Check(Native.izh_solver_set_state(handle, state));
        }

        /// <summary>An impulse, such as a synapse's.</summary>
        public void Kick(double dv, double du = 0)
        {
            Check(Native.izh_solver_kick(handle, dv, du));
        }

        public byte[] Save()
        {
            var blob = new byte[(int)Native.izh_solver_save(handle, null, UIntPtr.Zero)];
            Native.izh_solver_save(handle, blob, (UIntPtr)blob.Length);
            return blob;
        }

        public void Load(byte[] blob)
        {
            Check(Native.izh_solver_load(handle, blob, (UIntPtr)blob.Length));
        }

        Status Ran(Status status)
        {
            hooks.Rethrow();
            GC.KeepAlive(hooks);
            return Check(status);
        }

        Status Check(Status status)
        {
            if (status >= Status.Ok)
                return status;
            string text = Library.String(Native.izh_solver_message(handle));
            GC.KeepAlive(this); // the message lives as long as the object
            throw new IzhException(status, text);
        }
    }

    /// <summary>Many neurons on one grid of time. Not for two threads at once.</summary>
    public sealed class Population : IDisposable
    {
        readonly PopulationHandle handle;

        public Population(PopulationConfig config)
        {
            Library.Check();
            config.size = (UIntPtr)Marshal.SizeOf<PopulationConfig>();
            using (var message = new CreateMessage())
            {
                config.log = message.Log;
                var status = Native.izh_population_create(out handle, ref config);
                if (status < Status.Ok)
                    throw new IzhException(status, message.Text);
                Native.izh_population_set_log(handle, IntPtr.Zero);
            }
            Count = config.n;
        }

        public Population(uint n) : this(new PopulationConfig { n = n })
        {
        }

        public void Dispose()
        {
            handle.Dispose();
        }

        /// <summary>How many neurons it has.</summary>
        public uint Count { get; }
        /// <summary>ms</summary>
        public double Time => Native.izh_population_time(handle);
        /// <summary>The tick, ms.</summary>
        public double Dt => Native.izh_population_dt(handle);
        /// <summary>A fingerprint of the states: the same on every machine.</summary>
        public ulong Hash => Native.izh_population_hash(handle);

        /// <summary>Runs to a tick, ms: Ok; or Paused, where spikes wait to be taken: take Spikes, and call it
        /// again.</summary>
        public Status Run(double tEnd)
        {
            return Check(Native.izh_population_run(handle, tEnd));
        }

        /// <summary>Those of the last run, in the order of time: a copy.</summary>
        public Spike[] Spikes
        {
            get
            {
                var spikes = Native.izh_population_spikes(handle);
                var copy = new Spike[(int)spikes.count];
                var size = Marshal.SizeOf<Spike>();
                for (var i = 0; i < copy.Length; i++)
                    copy[i] = Marshal.PtrToStructure<Spike>(new IntPtr(spikes.data.ToInt64() + (long)i * size));
                GC.KeepAlive(this);
                return copy;
            }
        }

        /// <summary>One value for each neuron from `first` on.</summary>
        public void SetCurrent(uint first, params double[] I)
        {
            Check(Native.izh_population_set_current(handle, first, (uint)I.Length, I, (UIntPtr)1));
        }

        /// <summary>One value for each neuron from `first` on.</summary>
        public void SetParams(uint first, params Params[] parameters)
        {
            Check(Native.izh_population_set_params(handle, first, (uint)parameters.Length, parameters, (UIntPtr)1));
        }

        /// <summary>One value for each neuron from `first` on.</summary>
        public void SetState(uint first, params State[] states)
        {
            Check(Native.izh_population_set_state(handle, first, (uint)states.Length, states, (UIntPtr)1));
        }

        /// <summary>Impulses: one for each neuron from `first` on.</summary>
        public void Kick(uint first, params double[] dv)
        {
            Check(Native.izh_population_kick(handle, first, (uint)dv.Length, dv, null, (UIntPtr)1));
        }

        public State[] GetState(uint first, uint count)
        {
            if (first > Count || count > Count - first)
                throw new IzhException(Status.Invalid, "neurons " + first + " and " + count +
                                       " on are asked for, and there are " + Count);
            var states = new State[count];
            Check(Native.izh_population_get_state(handle, first, count, states));
            return states;
        }

        public byte[] Save()
        {
            var blob = new byte[(int)Native.izh_population_save(handle, null, UIntPtr.Zero)];
            Native.izh_population_save(handle, blob, (UIntPtr)blob.Length);
            return blob;
        }

        public void Load(byte[] blob)
        {
            Check(Native.izh_population_load(handle, blob, (UIntPtr)blob.Length));
        }

        Status Check(Status status)
        {
            if (status >= Status.Ok)
                return status;
            string text = Library.String(Native.izh_population_message(handle));
            GC.KeepAlive(this); // the message lives as long as the object
            throw new IzhException(status, text);
        }
    }

    // ---- what the library calls; ahead-of-time compilers, as Unity's IL2CPP, look for the attribute by name ----

    [AttributeUsage(AttributeTargets.Method)]
    sealed class MonoPInvokeCallbackAttribute : Attribute
    {
        public MonoPInvokeCallbackAttribute(Type type)
        {
        }
    }

    // The function of a solver, and the exception that came out of it. Held by the solver alone, so that a function
    // that holds the solver keeps neither alive.
    sealed class SpikeHooks
    {
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        public delegate int Function(ref SpikeEvent spike, ref State after, IntPtr user);

        public static readonly Function Call = AtSpike;
        public Solver.SpikeFunction function;
        ExceptionDispatchInfo thrown;

        [MonoPInvokeCallback(typeof(Function))]
        static int AtSpike(ref SpikeEvent spike, ref State after, IntPtr user)
        {
            var hooks = (SpikeHooks)GCHandle.FromIntPtr(user).Target;
            try
            {
                return hooks.function(spike, ref after) ? 0 : 1;
            }
            catch (Exception exception)
            {
                hooks.thrown = hooks.thrown ?? ExceptionDispatchInfo.Capture(exception);
                return 1;
            }
        }

        public void Rethrow()
        {
            var first = thrown;
            thrown = null;
            first?.Throw();
        }
    }

    // Keeps the message of a create function, which has no object yet that could tell it.
    sealed class CreateMessage : IDisposable
    {
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        delegate void Function(IntPtr user, int status, IntPtr message);

        static readonly Function Call = Write;
        readonly GCHandle self;

        public CreateMessage()
        {
            self = GCHandle.Alloc(this);
        }

        public string Text { get; private set; }
        public Log Log => new Log
        {
            write = Marshal.GetFunctionPointerForDelegate(Call),
            user = GCHandle.ToIntPtr(self),
        };

        public void Dispose()
        {
            self.Free();
        }

        [MonoPInvokeCallback(typeof(Function))]
        static void Write(IntPtr user, int status, IntPtr message)
        {
            ((CreateMessage)GCHandle.FromIntPtr(user).Target).Text = Library.String(message);
        }
    }

    // ---- the library's functions, as izh/solver.h and izh/population.h have them ----

    sealed class SolverHandle : SafeHandle
    {
        public GCHandle Hooks;

        public SolverHandle() : base(IntPtr.Zero, true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle()
        {
            Native.izh_solver_destroy(handle);
            if (Hooks.IsAllocated)
                Hooks.Free();
            return true;
        }
    }

    sealed class PopulationHandle : SafeHandle
    {
        public PopulationHandle() : base(IntPtr.Zero, true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle()
        {
            Native.izh_population_destroy(handle);
            return true;
        }
    }

    static class Native
    {
        const string Name = "izh";
        const CallingConvention C = CallingConvention.Cdecl;

        [StructLayout(LayoutKind.Sequential)]
        public struct Spikes
        {
            public IntPtr data;
            public UIntPtr count;
        }

        [DllImport(Name, CallingConvention = C)] public static extern uint izh_version();
        [DllImport(Name, CallingConvention = C)] public static extern int izh_has(string feature);
        [DllImport(Name, CallingConvention = C)] public static extern UIntPtr izh_struct_size(string name);
        [DllImport(Name, CallingConvention = C)] public static extern IntPtr izh_status_text(Status status);

        [DllImport(Name, CallingConvention = C)]
        public static extern Params izh_params_2003(double a, double b, double c, double d);
        [DllImport(Name, CallingConvention = C)]
        public static extern Params izh_params_2007(double C, double k, double vr, double vt, double vpeak, double a,
                                                    double b, double c, double d);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_params_check(ref Params parameters, out IntPtr field);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_params_rest(ref Params parameters, double I, out State rest);

        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_create(out SolverHandle solver, ref SolverConfig config);
        [DllImport(Name, CallingConvention = C)] public static extern void izh_solver_destroy(IntPtr solver);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_set_log(SolverHandle solver, IntPtr log);
        [DllImport(Name, CallingConvention = C)] public static extern IntPtr izh_solver_message(SolverHandle solver);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_run(SolverHandle solver, double tEnd);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_sample(SolverHandle solver, double[] times, UIntPtr n,
                                                      [Out] State[] states);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_next_spike(SolverHandle solver, double limit, out double t);
        [DllImport(Name, CallingConvention = C)] public static extern double izh_solver_time(SolverHandle solver);
        [DllImport(Name, CallingConvention = C)] public static extern State izh_solver_state(SolverHandle solver);
        [DllImport(Name, CallingConvention = C)]
        public static extern double izh_solver_spike_error_bound(SolverHandle solver);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_on_spike(SolverHandle solver, SpikeHooks.Function function, IntPtr user);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_set_current(SolverHandle solver, double I);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_set_stimulus(SolverHandle solver, Segment[] segments, UIntPtr n);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_set_params(SolverHandle solver, ref Params parameters);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_set_state(SolverHandle solver, State state);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_kick(SolverHandle solver, double dv, double du);
        [DllImport(Name, CallingConvention = C)]
        public static extern UIntPtr izh_solver_save(SolverHandle solver, [Out] byte[] buffer, UIntPtr capacity);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_solver_load(SolverHandle solver, byte[] buffer, UIntPtr length);

        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_create(out PopulationHandle population,
                                                          ref PopulationConfig config);
        [DllImport(Name, CallingConvention = C)] public static extern void izh_population_destroy(IntPtr population);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_set_log(PopulationHandle population, IntPtr log);
        [DllImport(Name, CallingConvention = C)]
        public static extern IntPtr izh_population_message(PopulationHandle population);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_run(PopulationHandle population, double tEnd);
        [DllImport(Name, CallingConvention = C)]
        public static extern Spikes izh_population_spikes(PopulationHandle population);
        [DllImport(Name, CallingConvention = C)]
        public static extern double izh_population_time(PopulationHandle population);
        [DllImport(Name, CallingConvention = C)]
        public static extern double izh_population_dt(PopulationHandle population);
        [DllImport(Name, CallingConvention = C)]
        public static extern ulong izh_population_hash(PopulationHandle population);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_set_current(PopulationHandle population, uint first, uint count,
                                                               double[] I, UIntPtr stride);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_set_params(PopulationHandle population, uint first, uint count,
                                                              Params[] parameters, UIntPtr stride);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_set_state(PopulationHandle population, uint first, uint count,
                                                             State[] states, UIntPtr stride);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_kick(PopulationHandle population, uint first, uint count,
                                                        double[] dv, double[] du, UIntPtr stride);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_get_state(PopulationHandle population, uint first, uint count,
                                                             [Out] State[] states);
        [DllImport(Name, CallingConvention = C)]
        public static extern UIntPtr izh_population_save(PopulationHandle population, [Out] byte[] buffer,
                                                         UIntPtr capacity);
        [DllImport(Name, CallingConvention = C)]
        public static extern Status izh_population_load(PopulationHandle population, byte[] buffer, UIntPtr length);
    }
}
