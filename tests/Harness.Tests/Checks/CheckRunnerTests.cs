using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Checks;

public sealed class CheckRunnerTests
{
    [Fact]
    public async Task A_serial_case_runs_alone_and_after_those_that_run_side_by_side()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (running, serial) = (0, new List<int>());
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<Outcome> BesideAsync(CheckContext check)
        {
            if (Interlocked.Increment(ref running) == 2)
            {
                both.SetResult();
            }

            // Each is done only when the other has begun.
            await both.Task.WaitAsync(check.Cancellation);
            Interlocked.Decrement(ref running);
            return Outcome.Ok();
        }

        async Task<Outcome> AloneAsync(CheckContext check)
        {
            serial.Add(Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return Outcome.Ok();
        }

        CheckCase[] cases = [Case("11.2.6", AloneAsync), Case("7.4.2", BesideAsync), Case("5.2.11", AloneAsync), Case("7.2.1", BesideAsync)];
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check").RunAsync(cases, cancellation);

        Assert.All(results, result => Assert.True(result.Verdict == Verdict.Ok, $"{result.Id}: {result.Actual}"));
        Assert.Equal([1, 1], serial);

        Assert.Equal([true, false, true, false], cases.Select(check => check.Attribute.Serial));
    }

    [Theory]
    [InlineData(false, 1, "Failed")]
    [InlineData(true, 1, "BesideOthers")]
    [InlineData(true, 2, "Failed")]
    public async Task What_has_failed_is_asked_once_more_alone_before_it_is_told(bool confirms, int failures, string expected)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var asked = 0;
        Task<Outcome> LateAsync(CheckContext check) => Task.FromResult(asked++ < failures ? Outcome.Failed("late") : Outcome.Ok("there"));
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        CheckCase[] cases = [Case("7.2.1", LateAsync)];

        var told = new List<CaseResult>();
        var runner = new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check") { Confirms = confirms, Tell = told.Add };
        var result = Assert.Single(await runner.RunAsync(cases, cancellation));
        Assert.Equal([result], told);

        Assert.Equal(expected, result.Verdict.ToString());
        Assert.Equal(confirms ? 2 : 1, asked);
        Assert.Contains("late", result.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_one_case_does_not_wait_for_another()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<Outcome> AfterTheOtherAsync(CheckContext check)
        {
            await told.Task.WaitAsync(check.Cancellation);
            return Outcome.Ok();
        }

        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        CheckCase[] cases = [Case("7.2.1", AfterTheOtherAsync), Case("7.2.2", _ => Task.FromResult(Outcome.Ok()))];

        var runner = new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 2, again: "check")
        {
            Tell = result => _ = result.Id == "7.2.2" && told.TrySetResult(),
        };

        Assert.All(await runner.RunAsync(cases, cancellation), result => Assert.Equal(Verdict.Ok, result.Verdict));
    }

    // 7.2.2 kills it; 7.2.3 is beside it and fails too; 7.4.2 comes after it; 5.2.11 is alone, last.
    [Fact]
    public async Task A_target_that_has_died_is_told_once_and_its_neighbours_are_no_failures()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var proxy = new ForwardingProxy(origin.Address, Defect.None);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), cancellation);
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<Outcome> KillAsync(CheckContext check)
        {
            await proxy.DisposeAsync();
            died.SetResult();
            return Outcome.Failed("the body ended");
        }

        async Task<Outcome> BesideAsync(CheckContext check)
        {
            await died.Task.WaitAsync(check.Cancellation);
            return Outcome.Failed("no answer");
        }

        Task<Outcome> NeverAsync(CheckContext check) => throw new InvalidOperationException("asked although the target was gone");
        CheckCase[] cases = [Case("7.2.2", KillAsync), Case("7.2.3", BesideAsync), Case("7.4.2", BesideAsync), Case("5.2.11", NeverAsync)];

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 2, again: "check")
        {
            Confirms = true,
            ComesBack = TimeSpan.Zero,
        }.RunAsync(cases, cancellation);

        var failed = Assert.Single(results, result => result.Verdict == Verdict.Failed);
        Assert.Contains("after this case the target is gone: no connection to", failed.Actual, StringComparison.Ordinal);
        Assert.All(results.Where(result => result != failed), result =>
        {
            Assert.Equal(Verdict.Error, result.Verdict);
            Assert.Contains($"after {failed.Id} the target was gone", result.Actual, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_an_error_of_the_set_up_and_nothing_is_asked()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var proxy = new ForwardingProxy(origin.Address, Defect.None);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), cancellation);
        await proxy.DisposeAsync();

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 2, again: "check") { ComesBack = TimeSpan.Zero }.RunAsync(
            [Case("7.2.2", _ => Task.FromResult(Outcome.Failed("asked")))], cancellation);

        var result = Assert.Single(results);
        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.StartsWith("not asked: the target gives no answer to a plain stream: no connection to", result.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_is_alone_and_leaves_no_target_has_failed_whatever_it_saw()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var proxy = new ForwardingProxy(origin.Address, Defect.None);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), cancellation);
        async Task<Outcome> KillAsync(CheckContext check)
        {
            await proxy.DisposeAsync();
            return Outcome.Ok();
        }

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 2, again: "check") { ComesBack = TimeSpan.Zero }.RunAsync(
            [Case("5.2.11", KillAsync)], cancellation);

        Assert.Equal(Verdict.Failed, Assert.Single(results).Verdict);
    }

    [Fact]
    public async Task Patience_makes_every_wait_longer_and_what_it_is_told_in_too()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        static async Task<Outcome> WaitAsync(CheckContext check) =>
            await Patience.ForAsync(
                async token =>
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return Outcome.Ok();
                },
                "what never comes",
                TimeSpan.FromMilliseconds(2),
                check.Cancellation);

        Patience.Times = 3;
        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 1, again: "check").RunAsync(
            [Case("7.2.2", WaitAsync)], cancellation);

        Assert.Equal("not seen within 0.006 s: what never comes", Assert.Single(results).Actual);
    }

    // Whoever asks next may be given a connection on which an answer lies that nobody asked for, and one whose service has gone has none.
    [Theory]
    [InlineData("2.3.6")]
    [InlineData("2.4.3")]
    [InlineData("7.1.6")]
    [InlineData("11.2.6")]
    [InlineData("11.2.7")]
    [InlineData("11.3.1")]
    [InlineData("5.2.11")]
    [InlineData("7.4.14")]
    [InlineData("7.4.15")]
    [InlineData("7.4.16")]
    public void A_case_that_floods_or_spoils_connections_of_others_is_serial(string id) =>
        Assert.True(CheckCase.All.Single(check => check.Row.Id == id).Attribute.Serial);

    private static CheckCase Case(string id, Func<CheckContext, Task<Outcome>> run) =>
        CheckCase.All.Single(check => check.Row.Id == id) with { RunAsync = run };
}
