using System.Net;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using Xunit;

namespace Gateway.Tests.Streams.Limits;

public sealed class StreamLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_limit_of_n_lets_n_in_and_one_more_after_a_release()
    {
        var limiter = new StreamLimiter(_time, maxStreams: 3);
        var leases = Enumerable.Range(0, 3).Select(_ => Admit(limiter, Applicant())).ToArray();

        Assert.Equal(RefusalReason.TotalStreams, limiter.TryAcquire(Applicant(), out _, out _));
        leases[1].Dispose();
        Admit(limiter, Applicant());
        Assert.Equal(RefusalReason.TotalStreams, limiter.TryAcquire(Applicant(), out _, out _));
    }

    [Fact]
    public void A_lease_gives_its_place_back_once_however_often_it_is_disposed()
    {
        var limiter = new StreamLimiter(_time, maxStreams: 2);
        var first = Admit(limiter, Applicant());
        Admit(limiter, Applicant());
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, limiter.Count);
        Assert.True(limiter.Entries > 0);
        Assert.True(first.Released);
    }

    [Theory]
    [InlineData("route")]
    [InlineData("address")]
    [InlineData("subject")]
    public void Each_limit_counts_for_itself(string kind)
    {
        var limits = kind switch
        {
            "route" => new LimitSettings { StreamsPerRoute = 1 },
            "address" => new LimitSettings { StreamsPerAddress = 1 },
            _ => new LimitSettings { StreamsPerSubject = 1 },
        };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var lease = Admit(limiter, Applicant(limits));
        Admit(limiter, kind switch
        {
            "route" => Applicant(limits, route: "other"),
            "address" => Applicant(limits, address: "192.0.2.2"),
            _ => Applicant(limits, subject: "eve"),
        });

        var expected = kind switch
        {
            "route" => RefusalReason.RouteStreams,
            "address" => RefusalReason.AddressStreams,
            _ => RefusalReason.SubjectStreams,
        };
        Assert.Equal(expected, limiter.TryAcquire(Applicant(limits), out _, out _));
        lease.Dispose();
        Admit(limiter, Applicant(limits));
    }

    [Fact]
    public void Without_a_subject_the_subject_limit_does_not_apply()
    {
        var limits = new LimitSettings { StreamsPerSubject = 1 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Admit(limiter, Applicant(limits, subject: null));
        Admit(limiter, Applicant(limits, subject: null));
        Assert.Equal(2, limiter.Count);
    }

    [Fact]
    public void A_routes_own_address_limit_counts_that_route_alone()
    {
        var shared = new LimitSettings { StreamsPerAddress = 2 };
        var own = new LimitSettings { StreamsPerAddress = 1, AddressScope = "b" };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Admit(limiter, Applicant(shared, route: "a"));
        Admit(limiter, Applicant(own, route: "b"));
        Admit(limiter, Applicant(shared, route: "c"));

        Assert.Equal(RefusalReason.AddressStreams, limiter.TryAcquire(Applicant(own, route: "b"), out _, out _));
        Assert.Equal(RefusalReason.AddressStreams, limiter.TryAcquire(Applicant(shared, route: "a"), out _, out _));
    }

    [Fact]
    public void The_connect_rate_is_spent_refilled_and_capped_at_the_burst()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 2, ConnectBurst = 4 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Assert.Equal(4, Burst());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Burst());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, Burst());
        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
        Admit(limiter, Applicant(limits, route: "other"));

        int Burst() =>
            Enumerable.Range(0, 10).Count(i => limiter.TryAcquire(Applicant(limits), out var lease, out _) == RefusalReason.None && lease is not null);
    }

    [Fact]
    public void A_slow_rate_still_lets_a_first_one_in()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 0.1 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
        _time.Advance(TimeSpan.FromSeconds(10));
        Admit(limiter, Applicant(limits));
    }

    [Fact]
    public void Without_a_burst_as_many_come_at_once_as_come_in_a_second()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 3 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        for (var i = 0; i < 3; i++) Admit(limiter, Applicant(limits));

        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
    }

    [Fact]
    public void A_call_that_was_withdrawn_brings_no_connect_token_as_it_has_taken_none()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 0.001 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Admit(limiter, Applicant(limits));
        Admit(limiter, Applicant(limits) with { Place = Place.Call }).Withdraw();

        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
    }

    [Fact]
    public void A_refusal_by_another_limit_takes_no_connect_token()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 1, ConnectBurst = 2, StreamsPerRoute = 1 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var lease = Admit(limiter, Applicant(limits));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(RefusalReason.RouteStreams, limiter.TryAcquire(Applicant(limits), out _, out _));
        }

        lease.Dispose();
        Admit(limiter, Applicant(limits));
    }

    [Fact]
    public void A_subjects_stream_of_the_same_target_yields_its_place_and_no_other_does()
    {
        var limits = new LimitSettings { StreamsPerSubject = 2 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        Admit(limiter, Applicant(limits) with { Target = 1 });
        var second = Admit(limiter, Applicant(limits) with { Target = 2 });

        Assert.Equal(RefusalReason.SubjectStreams, limiter.TryAcquire(Applicant(limits) with { Target = 3 }, out _, out _));
        Assert.Equal(RefusalReason.SubjectStreams, limiter.TryAcquire(Applicant(limits), out _, out _));
        Assert.Equal(RefusalReason.None, limiter.TryAcquire(Applicant(limits) with { Target = 2 }, out _, out var evicted));
        Assert.Same(second, evicted);
        Assert.Equal(2, limiter.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_predecessors_place_is_the_next_ones_unless_that_is_refused_all_the_same(bool refused)
    {
        var limits = new LimitSettings { StreamsPerSubject = 1, ConnectsPerSecond = 1, ConnectBurst = refused ? 1 : 2 };
        var limiter = new StreamLimiter(_time, maxStreams: 1);
        var predecessor = Admit(limiter, Applicant(limits));

        var reason = limiter.TryAcquire(Applicant(limits), out var lease, out var evicted, predecessor);

        Assert.Equal((refused ? RefusalReason.ConnectRate : RefusalReason.None, !refused), (reason, predecessor.Released));
        Assert.Equal((1, null), (limiter.Count, evicted));
        predecessor.Dispose();
        lease?.Dispose();
        Assert.Equal((0, 0), (limiter.Count, limiter.Entries));
    }

    [Fact]
    public void Calls_are_counted_apart_with_room_beside()
    {
        var limits = new LimitSettings { StreamsPerAddress = 1, ConnectsPerSecond = 1 };
        var limiter = new StreamLimiter(_time, maxStreams: 1);
        Admit(limiter, Applicant(limits));
        var calls = Enumerable.Range(0, 1 + StreamLimiter.CallsBeside).Select(_ => Admit(limiter, Applicant(limits) with { Place = Place.Call })).ToList();

        Assert.Equal(RefusalReason.TotalStreams, limiter.TryAcquire(Applicant(limits) with { Place = Place.Call }, out _, out _));
        calls.ForEach(call => call.Withdraw());
        Assert.Equal(1, limiter.Count);
    }

    [Fact]
    public void A_place_that_was_withdrawn_gives_its_connect_token_back_but_no_more_than_the_bucket_holds()
    {
        var limits = new LimitSettings { ConnectsPerSecond = 0.001, ConnectBurst = 2 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        for (var i = 0; i < 10; i++) Admit(limiter, Applicant(limits)).Withdraw();

        Admit(limiter, Applicant(limits));
        Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
    }

    [Fact]
    public async Task Two_hundred_at_once_at_a_limit_of_ten_are_exactly_ten()
    {
        var limits = new LimitSettings { StreamsPerAddress = 10 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        using var start = new Barrier(8);
        var admitted = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return Enumerable.Range(0, 25).Count(i => limiter.TryAcquire(Applicant(limits), out _, out _) == RefusalReason.None);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal((10, 10), (admitted.Sum(), limiter.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_opening_and_closing_never_passes_a_limit_and_ends_at_zero(int seed)
    {
        const int Total = 20, PerRoute = 12, PerAddress = 5, PerSubject = 4;
        var limits = new LimitSettings { StreamsPerRoute = PerRoute, StreamsPerAddress = PerAddress, StreamsPerSubject = PerSubject };
        var limiter = new StreamLimiter(_time, Total);
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Factory.StartNew(
            () =>
            {
                var random = new Random((seed * 100) + worker);
                var held = new List<StreamLease>();
                for (var step = 0; step < 5_000; step++)
                {
                    if (random.Next(2) == 0)
                    {
                        var applicant = Applicant(limits, $"r{random.Next(3)}", $"192.0.2.{random.Next(4)}", random.Next(3) == 0 ? null : $"s{random.Next(4)}");
                        if (limiter.TryAcquire(applicant, out var lease, out _) == RefusalReason.None)
                        {
                            held.Add(lease!);
                        }
                    }
                    else if (held.Count > 0)
                    {
                        var index = random.Next(held.Count);
                        held[index].Dispose();
                        held.RemoveAt(index);
                    }

                    // Three counts of their own entries each: with Total streams no more than 3 * Total + Total.
                    if (limiter.Count > Total || limiter.Entries > 4 * Total)
                    {
                        Interlocked.Increment(ref passed);
                    }
                }

                held.ForEach(lease => lease.Dispose());
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(0, passed);
        Assert.Equal((0, 0), (limiter.Count, limiter.Entries));

        // And every place is there again.
        var leases = Enumerable.Range(0, PerSubject).Select(_ => Admit(limiter, Applicant(limits))).ToArray();
        Assert.Equal(RefusalReason.SubjectStreams, limiter.TryAcquire(Applicant(limits), out _, out _));
        Assert.Equal(PerSubject, leases.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_fleet_refuses_is_as_if_it_had_never_been_asked_for(bool overMeanwhile)
    {
        var limits = new LimitSettings { StreamsPerSubject = 1, OnSubjectLimit = SubjectLimitAction.EvictOldest, ConnectsPerSecond = 1, ConnectBurst = 2 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var first = Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.None, limiter.TryAcquire(Applicant(limits), out var second, out var evicted));
        Assert.Same(first, evicted);
        if (overMeanwhile) first.Dispose();

        limiter.Undo(second!, evicted, predecessor: null);
        Assert.Equal((overMeanwhile ? 0 : 1, overMeanwhile), (limiter.Count, first.Released));

        // The connect token too.
        Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.ConnectRate, limiter.TryAcquire(Applicant(limits), out _, out _));
    }

    [Fact]
    public void What_the_fleet_refuses_gives_its_predecessor_its_place_again()
    {
        var limits = new LimitSettings { StreamsPerSubject = 1 };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var first = Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.None, limiter.TryAcquire(Applicant(limits), out var second, out var evicted, first));
        Assert.True(first.Released);

        limiter.Undo(second!, evicted, first);
        Assert.Equal((1, false), (limiter.Count, first.Released));
        Assert.Equal(RefusalReason.SubjectStreams, limiter.TryAcquire(Applicant(limits), out _, out _));
    }

    [Fact]
    public void A_stream_that_comes_to_a_place_that_another_has_by_then_is_over()
    {
        var limits = new LimitSettings { StreamsPerSubject = 1, OnSubjectLimit = SubjectLimitAction.EvictOldest };
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var first = Admit(limiter, Applicant(limits));
        Assert.Equal(RefusalReason.None, limiter.TryAcquire(Applicant(limits), out var second, out var evicted));
        evicted!.Evict();
        Assert.True(first.Evicted);

        var (late, other) = (new StreamsUnderTest().Begin(), new StreamsUnderTest().Begin());
        first.Attach(late);
        second!.Attach(other);
        Assert.Equal((CloseReason.Evicted, CloseReason.None), (late.Reason, other.Reason));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%1", "fe80::1%2", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::", "0.0.0.0", false)]
    public void Addresses_are_one_client_by_ipv4_address_or_ipv6_64(string one, string other, bool same)
    {
        Assert.Equal(same, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));
    }

    [Fact]
    public void A_client_without_address_has_a_key_of_its_own()
    {
        Assert.Equal(AddressKey.Of(null), AddressKey.Of(null));
        Assert.NotEqual(AddressKey.Of(IPAddress.IPv6Any), AddressKey.Of(null));
        Assert.NotEqual(AddressKey.Of(IPAddress.Any), AddressKey.Of(null));
    }

    private static StreamLease Admit(StreamLimiter limiter, StreamApplicant applicant)
    {
        Assert.Equal(RefusalReason.None, limiter.TryAcquire(applicant, out var lease, out _));
        Assert.NotNull(lease);
        return lease;
    }

    private static StreamApplicant Applicant(LimitSettings? limits = null, string route = "r", string address = "192.0.2.1", string? subject = "ada") =>
        new(route, limits ?? new LimitSettings(), AddressKey.Of(IPAddress.Parse(address)), subject);
}
