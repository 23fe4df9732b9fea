using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
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

        CheckCase[] cases = [Case("11.2.6", AloneAsync), Case("11.3.1", BesideAsync), Case("5.2.11", AloneAsync), Case("7.2.1", BesideAsync)];
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check").RunAsync(cases, cancellation);

        Assert.All(results, result => Assert.True(result.Verdict == Verdict.Ok, $"{result.Id}: {result.Actual}"));
        Assert.Equal([1, 1], serial);

        CheckCase Case(string id, Func<CheckContext, Task<Outcome>> run)
        {
            var found = CheckCase.All.Single(check => check.Row.Id == id);
            Assert.Equal(run == AloneAsync, found.Attribute.Serial);
            return found with { RunAsync = run };
        }
    }

    [Theory]
    [InlineData(false, 1, "Failed")]
    [InlineData(true, 1, "Ok")]
    [InlineData(true, 2, "Failed")]
    public async Task What_has_failed_is_asked_once_more_where_that_is_wanted(bool confirms, int failures, string expected)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var asked = 0;
        Task<Outcome> LateAsync(CheckContext check) => Task.FromResult(asked++ < failures ? Outcome.Failed("late") : Outcome.Ok("there"));
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        CheckCase[] cases = [CheckCase.All.Single(check => check.Row.Id == "7.2.1") with { RunAsync = LateAsync }];

        var runner = new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check") { Confirms = confirms };
        var result = Assert.Single(await runner.RunAsync(cases, cancellation));

        Assert.Equal(expected, result.Verdict.ToString());
        Assert.Equal(confirms ? 2 : 1, asked);
        Assert.Contains("late", result.Actual, StringComparison.Ordinal);
    }

    // Whoever asks next may be given a connection on which an answer lies that nobody asked for, and one whose service has gone has none.
    [Theory]
    [InlineData("11.2.6")]
    [InlineData("5.2.11")]
    [InlineData("7.4.14")]
    [InlineData("7.4.15")]
    [InlineData("7.4.16")]
    public void A_case_that_spoils_connections_of_others_is_serial(string id) =>
        Assert.True(CheckCase.All.Single(check => check.Row.Id == id).Attribute.Serial);
}
