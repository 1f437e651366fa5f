/** @file
 * libizh for C++17: owners that move, errors as exceptions, lambdas as callbacks, spans.
 *
 * Everything here calls the C library, so all that izh.h says of units, ranges, threads and real
 * time holds. Functions that need no owner (izh_params_2003(), izh_preset_find(), ...) are used as
 * they are. Header only; needs exceptions.
 *
 * **Errors.** A call that fails throws izh::error, which has the status and the library's message.
 * The calls of a control loop take std::nothrow as their last argument, too: they then return the
 * status and throw nothing.
 *
 * **Callbacks.** A callback is anything callable: a lambda with what it captures. It may return
 * nothing, or IZH_CONTINUE or IZH_STOP. When it throws, the run ends there as if it had returned
 * IZH_STOP, and the run's caller gets the exception. In a run with std::nothrow the exception is
 * kept: `rethrow()` throws it.
 *
 * An owner that was moved from is empty: it may be destroyed and assigned to, and nothing else.
 *
 * @since 0.2
 */
#ifndef IZH_IZH_HPP
#define IZH_IZH_HPP

#include <izh/izh.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(IZH_STATIC) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes" /* owners of hidden functions are hidden, too */
#endif

namespace izh
{

/** A call that failed: its status, and the library's message as what(). */
class error : public std::runtime_error
{
  public:
    error(izh_status status, const std::string &message)
        : std::runtime_error(message.empty() ? izh_status_text(status) : message), status_(status)
    {
    }
    /** IZH_E_INVALID and so on. */
    izh_status status() const noexcept { return status_; }

  private:
    izh_status status_;
};

/** Some values one after another, which others own: of an array, a vector, a list in braces, or one
 * value. */
template <class T> class span
{
  public:
    using value_type = std::remove_cv_t<T>;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    constexpr span(T &one) noexcept : data_(&one), size_(1) {}
    /** What has data() and size(). */
    template <class C, class = decltype(std::data(std::declval<C &>())),
              class = std::enable_if_t<std::is_convertible_v<
                  std::remove_pointer_t<decltype(std::data(std::declval<C &>()))> (*)[], T (*)[]>>>
    constexpr span(C &&container) noexcept
        : data_(std::data(container)), size_(std::size(container))
    {
    }
    /** A list in braces, which lives as long as the call: `set_current(0, {1, 2, 3})`. */
    template <class U = T, class = std::enable_if_t<std::is_const_v<U>>>
    constexpr span(std::initializer_list<value_type> list) noexcept : size_(list.size())
    {
        data_ = list.begin();
    }

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t i) const noexcept { return data_[i]; }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

using bytes = std::vector<unsigned char>;

namespace detail
{

/* Keeps the message of a create function, which has no object yet that could tell it. */
struct last_message {
    std::string text;
    static void write(void *user, izh_status, const char *message) noexcept
    {
        try {
            static_cast<last_message *>(user)->text = message;
        } catch (...) { /* no memory: the status has to do */
        }
    }
};

/* The first exception of some callbacks, which may be on several threads. */
class carrier
{
  public:
    template <class F> std::int32_t call(F &&f) noexcept
    {
        try {
            return f();
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!first_)
                first_ = std::current_exception();
            return IZH_STOP;
        }
    }
    void rethrow()
    {
        if (first_)
            std::rethrow_exception(std::exchange(first_, nullptr));
    }

  private:
    std::mutex mutex_;
    std::exception_ptr first_;
};

template <class T, void (*Destroy)(T *)> struct destroyer {
    void operator()(T *object) const noexcept { Destroy(object); }
};

/* Calls a create function with a config that has a log, and throws what the library tells that. */
template <class T, class Config, class SetLog>
T *create(izh_status (*function)(T **, const Config *), const Config *config, izh_log *log,
          SetLog set_log)
{
    last_message message;
    const bool ours = !log->write;
    if (ours)
        *log = {last_message::write, &message};
    T *object = nullptr;
    const izh_status status = function(&object, config);
    if (status < 0)
        throw error(status, message.text);
    if (ours)
        set_log(object, nullptr);
    return object;
}

/* A callback that returns nothing goes on. */
template <class... A, class F> void set(std::function<std::int32_t(A...)> &to, F &&f)
{
    if constexpr (std::is_same_v<std::decay_t<F>, std::nullptr_t>)
        to = nullptr;
    else if constexpr (std::is_void_v<std::invoke_result_t<F &, A...>>)
        to = [f = std::forward<F>(f)](A... a) mutable {
            f(static_cast<A>(a)...);
            return std::int32_t(IZH_CONTINUE);
        };
    else
        to = std::forward<F>(f);
}

template <class Save> bytes save(Save &&function)
{
    bytes blob(function(nullptr, std::size_t(0)));
    blob.resize(function(blob.data(), blob.size()));
    return blob;
}

inline std::uint32_t count_of(std::size_t size)
{
    if (size > UINT32_MAX)
        throw error(IZH_E_INVALID, "a span has more than 2^32 - 1 values");
    return static_cast<std::uint32_t>(size);
}

/* Functions of parameters keep no message: this one names the parameter at fault. */
inline izh_status check(izh_status status, const izh_params &params)
{
    const char *field = nullptr;
    if (status == IZH_E_INVALID && izh_params_check(&params, &field) != IZH_OK && field)
        throw error(status, std::string("params.") + field + " is not valid");
    if (status < 0)
        throw error(status, {});
    return status;
}

/* The result, or nothing where the function has found that the neuron never rests. */
template <class T>
std::optional<T> found(izh_status status, const izh_params &params, const T &result)
{
    if (check(status, params) == IZH_NO_REST)
        return {};
    return result;
}

} // namespace detail

/** A config struct with all its defaults. */
inline izh_solver_config solver_config()
{
    return IZH_SOLVER_CONFIG_INIT;
}
/** A config struct with all its defaults, for so many neurons. */
inline izh_population_config population_config(std::uint32_t n = 0)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = n;
    return config;
}
/** A config struct with all its defaults. */
inline izh_network_config network_config()
{
    return IZH_NETWORK_CONFIG_INIT;
}
/** A config struct with all its defaults, for synapses of a receptor. */
inline izh_group_config group_config(std::int32_t receptor = 0)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    config.receptor = receptor;
    return config;
}

namespace detail
{

/* What the owners have in common. */
template <class T, void (*Destroy)(T *), const char *(*Message)(const T *)> class owner
{
  public:
    T *get() const noexcept { return handle_.get(); }
    /** The library's last message about this object. */
    const char *message() const noexcept { return Message(get()); }

  protected:
    explicit owner(T *object) noexcept : handle_(object) {}
    izh_status check(izh_status status) const
    {
        if (status < 0)
            throw error(status, message());
        return status;
    }

  private:
    std::unique_ptr<T, destroyer<T, Destroy>> handle_;
};

} // namespace detail

/** One neuron: izh/solver.h. */
class solver : public detail::owner<izh_solver, izh_solver_destroy, izh_solver_message>
{
  public:
    /** izh_solver_create() */
    explicit solver(izh_solver_config config)
        : owner(detail::create(izh_solver_create, &config, &config.log, izh_solver_set_log)),
          hooks_(std::make_unique<hooks>()), gradient_count_(config.gradient_count)
    {
    }
    /** The same, with derivatives: gradients() and its like. */
    solver(const izh_solver_config &config, span<const izh_gradient> gradients)
        : solver(with(config, gradients))
    {
    }

    double time() const noexcept { return izh_solver_time(get()); }
    izh_state state() const noexcept { return izh_solver_state(get()); }
    double spike_error_bound() const noexcept { return izh_solver_spike_error_bound(get()); }
    izh_statistics statistics() const
    {
        izh_statistics statistics = IZH_STATISTICS_INIT;
        check(izh_solver_statistics(get(), &statistics));
        return statistics;
    }

    /** Runs to t_end, ms. Returns IZH_OK, or IZH_STOPPED where a callback stopped it. */
    izh_status run(double t_end) { return carried(run(t_end, std::nothrow)); }
    izh_status run(double t_end, const std::nothrow_t &) noexcept
    {
        return izh_solver_run(get(), t_end);
    }
    /** The states at times, through which it runs; where a callback stops the run, only those that
     * it reached. */
    std::vector<izh_state> sample(span<const double> times)
    {
        std::vector<izh_state> states(times.size());
        const izh_status status =
            carried(izh_solver_sample(get(), times.data(), times.size(), states.data()));
        states.resize(reached(status, times));
        return states;
    }
    /** Throws what a callback threw in a run with std::nothrow. */
    void rethrow() { hooks_->carrier.rethrow(); }
    /** When it will spike next, up to a limit, ms: infinity where it will not. It does not run. */
    double next_spike(double limit) const
    {
        double t = 0;
        check(izh_solver_next_spike(get(), limit, &t));
        return t;
    }

    /** The derivatives of the state now: one for each izh_gradient that it was made with. */
    std::vector<izh_state> gradients()
    {
        std::vector<izh_state> all(gradient_count_);
        check(izh_solver_gradients(get(), all.data()));
        return all;
    }
    /** Those of the last spike's time, also in on_spike()'s function. */
    std::vector<double> spike_gradients() const
    {
        std::vector<double> all(gradient_count_);
        check(izh_solver_spike_gradients(get(), all.data()));
        return all;
    }
    /** As sample(), with the derivatives at the same times: states, then a row of gradients for
     * each of them. */
    std::pair<std::vector<izh_state>, std::vector<std::vector<izh_state>>>
    sample_gradients(span<const double> times)
    {
        std::vector<izh_state> states(times.size()), all(times.size() * gradient_count_);
        const izh_status status = carried(izh_solver_sample_gradients(
            get(), times.data(), times.size(), states.data(), all.data()));
        states.resize(reached(status, times));
        std::vector<std::vector<izh_state>> rows;
        for (const izh_state *row = all.data(); rows.size() < states.size(); row += gradient_count_)
            rows.emplace_back(row, row + gradient_count_);
        return {std::move(states), std::move(rows)};
    }

    void set_current(double I) { check(set_current(I, std::nothrow)); }
    izh_status set_current(double I, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_current(get(), I);
    }
    void set_stimulus(span<const izh_segment> segments)
    {
        check(set_stimulus(segments, std::nothrow));
    }
    izh_status set_stimulus(span<const izh_segment> segments, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_stimulus(get(), segments.data(), segments.size());
    }
    void set_inputs(span<const izh_input> inputs) { check(set_inputs(inputs, std::nothrow)); }
    izh_status set_inputs(span<const izh_input> inputs, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_inputs(get(), inputs.data(), inputs.size());
    }
    /** Noise from now on; nullptr ends it. */
    void set_noise(const izh_noise &noise) { check(set_noise(noise, std::nothrow)); }
    void set_noise(std::nullptr_t) { check(izh_solver_set_noise(get(), nullptr)); }
    izh_status set_noise(const izh_noise &noise, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_noise(get(), &noise);
    }
    void set_params(const izh_params &params) { check(set_params(params, std::nothrow)); }
    izh_status set_params(const izh_params &params, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_params(get(), &params);
    }
    void set_state(izh_state state) { check(set_state(state, std::nothrow)); }
    izh_status set_state(izh_state state, const std::nothrow_t &) noexcept
    {
        return izh_solver_set_state(get(), state);
    }
    void kick(double dv, double du = 0) { check(kick(dv, du, std::nothrow)); }
    izh_status kick(double dv, double du, const std::nothrow_t &) noexcept
    {
        return izh_solver_kick(get(), dv, du);
    }

    /** Calls `f(const izh_spike_event &, izh_state &after)` at each spike; nullptr ends that. */
    template <class F> void on_spike(F &&f)
    {
        detail::set(hooks_->spike, std::forward<F>(f));
        check(izh_solver_on_spike(get(), hooks_->spike ? at_spike : nullptr, hooks_.get()));
    }
    /** Asks `f(izh_segment &, double &until, izh_state)` for the stimulus; nullptr ends that. */
    template <class F> void on_stimulus(F &&f)
    {
        detail::set(hooks_->stimulus, std::forward<F>(f));
        check(izh_solver_on_stimulus(get(), hooks_->stimulus ? when_asked : nullptr, hooks_.get()));
    }

    bytes save() const
    {
        return detail::save(
            [this](void *to, std::size_t room) { return izh_solver_save(get(), to, room); });
    }
    void load(span<const unsigned char> blob)
    {
        check(izh_solver_load(get(), blob.data(), blob.size()));
    }

  private:
    struct hooks {
        detail::carrier carrier;
        std::function<std::int32_t(const izh_spike_event &, izh_state &)> spike;
        std::function<std::int32_t(izh_segment &, double &, izh_state)> stimulus;
    };

    static std::int32_t at_spike(const izh_spike_event *e, izh_state *after, void *user) noexcept
    {
        auto *h = static_cast<hooks *>(user);
        return h->carrier.call([&] { return h->spike(*e, *after); });
    }
    static std::int32_t when_asked(izh_segment *segment, double *until, izh_state state,
                                   void *user) noexcept
    {
        auto *h = static_cast<hooks *>(user);
        return h->carrier.call([&] { return h->stimulus(*segment, *until, state); });
    }
    izh_status carried(izh_status status)
    {
        rethrow();
        return check(status);
    }

    /* How many of the times a run came to. */
    std::size_t reached(izh_status status, span<const double> times) const noexcept
    {
        std::size_t count = times.size();
        while (status == IZH_STOPPED && count > 0 && times[count - 1] > time())
            count--;
        return count;
    }
    static izh_solver_config with(izh_solver_config config, span<const izh_gradient> gradients)
    {
        config.gradients = gradients.data();
        config.gradient_count = gradients.size();
        return config;
    }

    std::unique_ptr<hooks> hooks_; /* stays where it is when the owner moves */
    std::size_t gradient_count_;
};

/** Currents or conductances over time that keep their own numbers: an izh_traces of izh/stimulus.h
 * for population_base::set_stimulus(). */
class traces
{
  public:
    /** Regular samples from t on, one every dt; of several traces those of the first, then those of
     * the second, ... */
    static traces samples(double t, double dt, std::vector<double> values, std::uint32_t count = 1)
    {
        if (count == 0 || values.size() % count != 0)
            throw error(IZH_E_INVALID, std::to_string(values.size()) +
                                           " samples are not shared by " + std::to_string(count) +
                                           " traces");
        traces made;
        made.values_ = std::move(values);
        made.head_.count = count;
        made.head_.t = t;
        made.head_.dt = dt;
        made.head_.samples = made.values_.size() / count;
        return made;
    }
    /** Pieces of a line, a list of them for each trace. */
    static traces pieces(const std::vector<std::vector<izh_segment>> &all)
    {
        traces made;
        made.head_.count = detail::count_of(all.size());
        for (const std::vector<izh_segment> &one : all) {
            made.lengths_.push_back(one.size());
            made.segments_.insert(made.segments_.end(), one.begin(), one.end());
        }
        return made;
    }

    /** Lines lead from sample to sample, where they would hold else. */
    traces &linear() noexcept
    {
        head_.between = IZH_LINEAR;
        return *this;
    }
    /** They are conductances with this reversal potential, mV. */
    traces &conductances(double E) noexcept
    {
        head_.conducts = 1;
        head_.E = E;
        return *this;
    }
    /** Which trace each neuron gets. */
    traces &channels(std::vector<std::uint32_t> of_neurons) noexcept
    {
        channels_ = std::move(of_neurons);
        return *this;
    }
    /** What each neuron's is multiplied by. */
    traces &gains(std::vector<double> of_neurons) noexcept
    {
        gains_ = std::move(of_neurons);
        return *this;
    }

    /** What the library takes; it points into this object. */
    izh_traces view(std::uint32_t neurons) const
    {
        if (!channels_.empty() && channels_.size() != neurons)
            throw error(IZH_E_INVALID, for_neurons("channels", channels_.size(), neurons));
        if (!gains_.empty() && gains_.size() != neurons)
            throw error(IZH_E_INVALID, for_neurons("gains", gains_.size(), neurons));
        izh_traces all = head_;
        all.values = lengths_.empty() ? values_.data() : nullptr;
        all.segments = lengths_.empty() ? nullptr : segments_.data();
        all.lengths = lengths_.empty() ? nullptr : lengths_.data();
        all.channels = channels_.empty() ? nullptr : channels_.data();
        all.gains = gains_.empty() ? nullptr : gains_.data();
        return all;
    }

  private:
    traces() = default;
    static std::string for_neurons(const char *what, std::size_t size, std::uint32_t neurons)
    {
        return std::to_string(size) + " " + what + " are given for " + std::to_string(neurons) +
               " neurons";
    }

    izh_traces head_ = {};
    std::vector<double> values_;
    std::vector<izh_segment> segments_;
    std::vector<std::size_t> lengths_;
    std::vector<std::uint32_t> channels_;
    std::vector<double> gains_;
};

/** A population that somebody owns, with what its callbacks need: population, or a network's. */
class population_base
{
  public:
    population_base(const population_base &) = delete;
    population_base &operator=(const population_base &) = delete;

    izh_population *get() const noexcept { return population_; }
    const char *message() const noexcept { return izh_population_message(get()); }
    /** How many neurons it has. */
    std::uint32_t size() const noexcept { return size_; }
    double time() const noexcept { return izh_population_time(get()); }
    double dt() const noexcept { return izh_population_dt(get()); }
    std::int32_t isa() const noexcept { return izh_population_isa(get()); }
    std::uint64_t hash() const noexcept { return izh_population_hash(get()); }
    /** Those of the last run, until the next. */
    span<const izh_spike> spikes() const noexcept
    {
        const izh_spikes spikes = izh_population_spikes(get());
        return {spikes.data, spikes.count};
    }
    /** The first neurons that failed in the last run; izh_population_troubles() has their total. */
    span<const izh_trouble> troubles() const noexcept
    {
        const izh_troubles troubles = izh_population_troubles(get());
        return {troubles.data, troubles.count};
    }
    izh_population_statistics statistics() const
    {
        izh_population_statistics statistics = IZH_POPULATION_STATISTICS_INIT;
        check(izh_population_get_statistics(get(), &statistics));
        return statistics;
    }

    /** One value for each neuron from `first` on. */
    void set_params(std::uint32_t first, span<const izh_params> params)
    {
        check(izh_population_set_params(get(), first, detail::count_of(params.size()),
                                        params.data(), 1));
    }
    /** The same for `count` neurons. */
    void set_params(std::uint32_t first, std::uint32_t count, const izh_params &params)
    {
        check(izh_population_set_params(get(), first, count, &params, 0));
    }
    void set_state(std::uint32_t first, span<const izh_state> states)
    {
        check(izh_population_set_state(get(), first, detail::count_of(states.size()), states.data(),
                                       1));
    }
    void set_state(std::uint32_t first, std::uint32_t count, izh_state state)
    {
        check(set_state(first, count, state, std::nothrow));
    }
    izh_status set_state(std::uint32_t first, std::uint32_t count, izh_state state,
                         const std::nothrow_t &) noexcept
    {
        return izh_population_set_state(get(), first, count, &state, 0);
    }
    void set_current(std::uint32_t first, span<const double> I)
    {
        check(izh_population_set_current(get(), first, detail::count_of(I.size()), I.data(), 1));
    }
    izh_status set_current(std::uint32_t first, span<const double> I,
                           const std::nothrow_t &) noexcept
    {
        return I.size() > UINT32_MAX
                   ? IZH_E_INVALID
                   : izh_population_set_current(get(), first, static_cast<std::uint32_t>(I.size()),
                                                I.data(), 1);
    }
    void set_current(std::uint32_t first, std::uint32_t count, double I)
    {
        check(set_current(first, count, I, std::nothrow));
    }
    izh_status set_current(std::uint32_t first, std::uint32_t count, double I,
                           const std::nothrow_t &) noexcept
    {
        return izh_population_set_current(get(), first, count, &I, 0);
    }
    /** Traces from now on, in place of all before: `set_stimulus({a, b})`; none: `{}`. */
    void set_stimulus(span<const traces> all)
    {
        std::vector<izh_traces> views;
        for (const traces &one : all)
            views.push_back(one.view(size()));
        check(izh_population_set_stimulus(get(), views.data(), views.size()));
    }
    /** Impulses: one for each neuron from `first` on. Where du is empty, u stays. */
    void kick(std::uint32_t first, span<const double> dv, span<const double> du = {})
    {
        if (!du.empty() && du.size() != dv.size())
            throw error(IZH_E_INVALID, std::to_string(du.size()) + " jumps of u are given with " +
                                           std::to_string(dv.size()) + " of v");
        check(izh_population_kick(get(), first, detail::count_of(dv.size()), dv.data(),
                                  du.empty() ? nullptr : du.data(), 1));
    }
    /** The same impulse for `count` neurons. Not called kick, which kick(0, {10}, {1}) has to mean.
     */
    void kick_all(std::uint32_t first, std::uint32_t count, double dv, double du = 0)
    {
        check(kick_all(first, count, dv, du, std::nothrow));
    }
    izh_status kick_all(std::uint32_t first, std::uint32_t count, double dv, double du,
                        const std::nothrow_t &) noexcept
    {
        return izh_population_kick(get(), first, count, &dv, &du, 0);
    }
    /** Records some neurons' states at every `every`th tick into `states`, which has to live until
     * recording ends: sample s of neuron j of them at states[s * neurons.size() + j]. No neurons:
     * it ends. */
    void record(span<const std::uint32_t> neurons, std::uint32_t every, span<izh_state> states)
    {
        check(izh_population_record(get(), neurons.data(), neurons.size(), every, states.data(),
                                    neurons.empty() ? 0 : states.size() / neurons.size()));
    }
    /** How many samples are recorded so far. */
    std::size_t recorded() const noexcept { return izh_population_recorded(get()); }
    std::vector<izh_state> state(std::uint32_t first, std::uint32_t count) const
    {
        std::vector<izh_state> states(count);
        check(izh_population_get_state(get(), first, count, states.data()));
        return states;
    }

    /** Calls `f(span<const izh_spike>)` with the spikes of a run; nullptr ends that. */
    template <class F> void on_spikes(F &&f)
    {
        detail::set(hooks_->spikes, std::forward<F>(f));
        check(
            izh_population_on_spikes(get(), hooks_->spikes ? with_spikes : nullptr, hooks_.get()));
    }
    /** Asks `f(double t, std::uint32_t first, span<double> I)` for currents; nullptr ends that.
     * Where it throws, the run goes on with the constant currents up to its end. */
    template <class F> void on_current(F &&f, bool stepwise = false)
    {
        detail::set(hooks_->current, std::forward<F>(f));
        check(izh_population_on_current(get(), hooks_->current ? with_current : nullptr,
                                        hooks_.get(), stepwise));
    }
    /** Throws what a callback threw in a run with std::nothrow. */
    void rethrow() { hooks_->carrier.rethrow(); }

  protected:
    population_base(izh_population *population, std::uint32_t size)
        : population_(population), size_(size), hooks_(std::make_unique<hooks>())
    {
    }
    population_base(population_base &&) noexcept = default;
    population_base &operator=(population_base &&) noexcept = default;
    ~population_base() = default;

    izh_status check(izh_status status) const
    {
        if (status < 0)
            throw error(status, message());
        return status;
    }

  private:
    struct hooks {
        detail::carrier carrier;
        std::function<std::int32_t(span<const izh_spike>)> spikes;
        std::function<std::int32_t(double, std::uint32_t, span<double>)> current;
    };

    static std::int32_t with_spikes(const izh_spike *spikes, std::size_t count, void *user) noexcept
    {
        auto *h = static_cast<hooks *>(user);
        return h->carrier.call([&] { return h->spikes({spikes, count}); });
    }
    static void with_current(double t, std::uint32_t first, std::uint32_t count, double *I,
                             void *user) noexcept
    {
        auto *h = static_cast<hooks *>(user);
        h->carrier.call([&] { return h->current(t, first, {I, count}); });
    }

    izh_population *population_;
    std::uint32_t size_;
    std::unique_ptr<hooks> hooks_;
};

/** Many neurons: izh/population.h. */
class population : public population_base
{
  public:
    /** izh_population_create() */
    explicit population(izh_population_config config)
        : population(
              detail::create(izh_population_create, &config, &config.log, izh_population_set_log),
              config.n)
    {
    }

    /** Runs to t_end, ms. Returns IZH_OK, or the news: IZH_STOPPED, IZH_PAUSED. */
    izh_status run(double t_end)
    {
        const izh_status status = run(t_end, std::nothrow);
        rethrow();
        return check(status);
    }
    izh_status run(double t_end, const std::nothrow_t &) noexcept
    {
        return izh_population_run(get(), t_end);
    }
    bytes save() const
    {
        return detail::save(
            [this](void *to, std::size_t room) { return izh_population_save(get(), to, room); });
    }
    void load(span<const unsigned char> blob)
    {
        check(izh_population_load(get(), blob.data(), blob.size()));
    }

  private:
    using handle =
        std::unique_ptr<izh_population, detail::destroyer<izh_population, izh_population_destroy>>;
    population(izh_population *created, std::uint32_t size) : population(handle(created), size) {}
    population(handle created, std::uint32_t size)
        : population_base(created.get(), size), handle_(std::move(created))
    {
    }
    handle handle_;
};

/** Neurons that interact: izh/network.h. */
class network : public detail::owner<izh_network, izh_network_destroy, izh_network_message>
{
  public:
    /** izh_network_create(): the neurons of a population, and receptors. */
    network(izh_population_config neurons, span<const izh_receptor> receptors,
            izh_network_config config = network_config())
        : owner(create(neurons, receptors, config)),
          neurons_(izh_network_population(get()), neurons.n)
    {
    }

    /** Its neurons: they are set and read, but not run. */
    population_base &neurons() noexcept { return neurons_; }
    const population_base &neurons() const noexcept { return neurons_; }
    double time() const noexcept { return neurons_.time(); }
    span<const izh_spike> spikes() const noexcept { return neurons_.spikes(); }
    std::uint64_t hash() const noexcept { return izh_network_hash(get()); }

    /** Begins a group of synapses; returns its index. */
    std::uint32_t group(const izh_group_config &config = group_config())
    {
        std::uint32_t index = 0;
        check(izh_network_group(get(), &config, &index));
        return index;
    }
    void connect(std::uint32_t group, span<const izh_synapse> synapses)
    {
        check(izh_network_connect(get(), group, synapses.data(), synapses.size()));
    }
    void build() { check(izh_network_build(get())); }

    /** Runs to t_end, ms. Returns IZH_OK, or the news: IZH_STOPPED, IZH_PAUSED. */
    izh_status run(double t_end)
    {
        const izh_status status = run(t_end, std::nothrow);
        neurons_.rethrow();
        return check(status);
    }
    izh_status run(double t_end, const std::nothrow_t &) noexcept
    {
        return izh_network_run(get(), t_end);
    }
    void send(span<const izh_spike> spikes) { check(send(spikes, std::nothrow)); }
    izh_status send(span<const izh_spike> spikes, const std::nothrow_t &) noexcept
    {
        return izh_network_send(get(), spikes.data(), spikes.size());
    }
    /** Sets the rates of the sources from `first` on, Hz, one for each. */
    void set_rates(std::uint32_t first, span<const double> hz)
    {
        check(izh_network_set_rates(get(), first, detail::count_of(hz.size()), hz.data(), 1));
    }
    void set_rates(std::uint32_t first, std::uint32_t count, double hz)
    {
        check(izh_network_set_rates(get(), first, count, &hz, 0));
    }
    void set_background(std::uint32_t receptor, std::uint32_t first, std::uint32_t count, double hz,
                        double weight)
    {
        check(izh_network_set_background(get(), receptor, first, count, &hz, &weight, 0));
    }
    void set_gain(std::uint32_t group, double gain)
    {
        check(izh_network_set_gain(get(), group, gain));
    }

    /** How many synapses a group has. */
    std::size_t count(std::uint32_t group) const noexcept
    {
        return izh_network_count(get(), group);
    }
    std::vector<izh_synapse> synapses(std::uint32_t group)
    {
        std::vector<izh_synapse> all(count(group));
        check(izh_network_synapses(get(), group, 0, all.size(), all.data()));
        return all;
    }
    std::vector<double> weights(std::uint32_t group)
    {
        std::vector<double> all(count(group));
        check(izh_network_get_weights(get(), group, 0, all.size(), all.data()));
        return all;
    }
    /** Sets the weights of the group's synapses from `first` on. */
    void set_weights(std::uint32_t group, span<const double> weights, std::size_t first = 0)
    {
        check(izh_network_set_weights(get(), group, first, weights.size(), weights.data()));
    }
    std::vector<double> input(std::uint32_t receptor, std::uint32_t first,
                              std::uint32_t count) const
    {
        std::vector<double> all(count);
        check(izh_network_get_input(get(), receptor, first, count, all.data()));
        return all;
    }

    bytes save()
    {
        return detail::save(
            [this](void *to, std::size_t room) { return izh_network_save(get(), to, room); });
    }
    void load(span<const unsigned char> blob)
    {
        check(izh_network_load(get(), blob.data(), blob.size()));
    }

  private:
    struct view : population_base {
        view(izh_population *population, std::uint32_t size) : population_base(population, size) {}
    };

    static izh_network *create(izh_population_config &neurons, span<const izh_receptor> receptors,
                               izh_network_config &config)
    {
        config.population = &neurons;
        config.receptors = receptors.data();
        config.receptor_count = detail::count_of(receptors.size());
        return detail::create(izh_network_create, &config, &neurons.log,
                              [](izh_network *net, const izh_log *log) {
                                  return izh_population_set_log(izh_network_population(net), log);
                              });
    }

    view neurons_;
};

/**
 * @name What a neuron does, from its equations
 * As izh/analysis.h says it of the functions with their names; what is not there is std::nullopt.
 * @{
 */
inline std::optional<izh_state> rest(const izh_params &params, double I = 0)
{
    izh_state state = {};
    return detail::found(izh_params_rest(&params, I, &state), params, state);
}
inline izh_state rates(const izh_params &params, izh_state state, double I = 0)
{
    izh_state result = {};
    detail::check(izh_params_rates(&params, state, I, &result), params);
    return result;
}
inline izh_matrix jacobian(const izh_params &params, izh_state state)
{
    izh_matrix result = {};
    detail::check(izh_params_jacobian(&params, state, &result), params);
    return result;
}
inline izh_nullclines nullclines(const izh_params &params, double I = 0)
{
    izh_nullclines result = {};
    detail::check(izh_params_nullclines(&params, I, &result), params);
    return result;
}
inline std::vector<izh_equilibrium> equilibria(const izh_params &params, double I = 0)
{
    std::vector<izh_equilibrium> all(IZH_EQUILIBRIA_MAX);
    std::size_t count = 0;
    detail::check(izh_params_equilibria(&params, I, all.data(), &count), params);
    all.resize(count);
    return all;
}
inline std::vector<izh_bifurcation> bifurcations(const izh_params &params)
{
    std::vector<izh_bifurcation> all(IZH_BIFURCATIONS_MAX);
    std::size_t count = 0;
    detail::check(izh_params_bifurcations(&params, all.data(), &count), params);
    all.resize(count);
    return all;
}
inline std::optional<izh_bifurcation> rest_ends(const izh_params &params)
{
    izh_bifurcation end = {};
    return detail::found(izh_params_rest_ends(&params, &end), params, end);
}
/** The least current of `shape`, #IZH_RHEOBASE_STEP or #IZH_RHEOBASE_RAMP, that makes the neuron
 * spike within `duration` ms. */
inline std::optional<izh_rheobase> rheobase(const izh_params &params, std::int32_t shape,
                                            double duration, double tolerance = 0)
{
    izh_rheobase result = {};
    return detail::found(izh_params_rheobase(&params, shape, duration, tolerance, &result), params,
                         result);
}
/** How fast the neuron fires: a point for each current. */
inline std::vector<izh_f_i> f_i(const izh_params &params, span<const double> I, double duration,
                                izh_population_config config = population_config())
{
    std::vector<izh_f_i> points(I.size());
    detail::last_message message;
    if (!config.log.write)
        config.log = {detail::last_message::write, &message};
    const izh_status status =
        izh_params_f_i(&params, I.data(), I.size(), duration, &config, points.data());
    if (status < 0)
        throw error(status, message.text);
    return points;
}
/** @} */

/**
 * @name Parameters
 * As izh/model.h says it of the functions with their names.
 * @{
 */
/** A neuron in other units, and how its quantities become those. */
struct converted {
    izh_params params;
    izh_conversion units;
};
inline converted to_2003(const izh_params &params)
{
    converted result = {};
    detail::check(izh_params_to_2003(&params, &result.params, &result.units), params);
    return result;
}
inline converted to_2007(const izh_params &params, double C)
{
    converted result = {};
    detail::check(izh_params_to_2007(&params, C, &result.params, &result.units), params);
    return result;
}
/** One izh_params for each argument, in their order: for izh_gradient.params. */
inline std::array<izh_params, 4> params_2003_jacobian(double a, double b, double c, double d)
{
    std::array<izh_params, 4> all = {};
    izh_params_2003_jacobian(a, b, c, d, all.data());
    return all;
}
inline std::array<izh_params, 9> params_2007_jacobian(double C, double k, double vr, double vt,
                                                      double vpeak, double a, double b, double c,
                                                      double d)
{
    std::array<izh_params, 9> all = {};
    izh_params_2007_jacobian(C, k, vr, vt, vpeak, a, b, c, d, all.data());
    return all;
}
/** @} */

/** How alike two trains of spikes are, and how regular one is: as izh/metrics.h says it of the
 * functions with their names. A train is a span of ascending times, ms. */
namespace metric
{

namespace detail
{

/* Names the train that is at fault, if one is. */
inline void check(izh_status status, std::initializer_list<span<const double>> trains)
{
    if (status >= 0)
        return;
    std::size_t number = 0;
    for (const span<const double> &train : trains) {
        std::size_t at = 0;
        number++;
        if (status == IZH_E_INVALID &&
            izh_metric_check(train.data(), train.size(), &at) != IZH_OK && at < train.size())
            throw error(status, "train " + std::to_string(number) + ", time " + std::to_string(at) +
                                    ": " + std::to_string(train[at]) +
                                    " ms is not finite, or before the time that it follows");
    }
    throw error(status, {});
}

} // namespace detail

inline double coincidence(span<const double> data, span<const double> model, double precision,
                          double duration)
{
    double gamma = 0;
    detail::check(izh_metric_coincidence(data.data(), data.size(), model.data(), model.size(),
                                         precision, duration, &gamma),
                  {data, model});
    return gamma;
}
inline double van_rossum(span<const double> a, span<const double> b, double tau)
{
    double distance = 0;
    detail::check(izh_metric_van_rossum(a.data(), a.size(), b.data(), b.size(), tau, &distance),
                  {a, b});
    return distance;
}
inline double victor_purpura(span<const double> a, span<const double> b, double q)
{
    double distance = 0;
    detail::check(
        izh_metric_victor_purpura(a.data(), a.size(), b.data(), b.size(), q, nullptr, &distance),
        {a, b});
    return distance;
}
inline double spike(span<const double> a, span<const double> b, double begin, double end)
{
    double distance = 0;
    detail::check(izh_metric_spike(a.data(), a.size(), b.data(), b.size(), begin, end, &distance),
                  {a, b});
    return distance;
}
inline izh_intervals intervals(span<const double> times)
{
    izh_intervals result = IZH_INTERVALS_INIT;
    detail::check(izh_metric_intervals(times.data(), times.size(), &result), {times});
    return result;
}

} // namespace metric

} // namespace izh

#if defined(IZH_STATIC) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#endif
