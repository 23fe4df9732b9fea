using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>What an answer may cost: in time without a reader, in time after its end, in number and in bytes.</summary>
public sealed class KeepBoundsTests
{
    private const string NoHeartbeat = "SseGateway:Heartbeat=0";

    [Fact]
    public async Task Upstream_is_left_when_nobody_has_read_for_the_grace_time_and_what_came_can_be_read()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, [.. Keep.With("GraceAfterLeave=30s"), NoHeartbeat, GatewayUnderTest.WithAdmin]);
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        var answer = Assert.Single(gateway.Answers().Answers);

        // Somebody reads.
        await swept.PassAsync(40);
        Assert.Equal(CloseReason.None, answer.StoppedAs);
        response.Client.Reset();
        await Deadline.UntilAsync(() => !swept.Streams.Any());

        // And comes back in time.
        await swept.PassAsync(20);
        using (var again = await gateway.ReadAgainAsync(response.Id()))
        {
            await again.ExpectAsync(Keep.Token(1));
        }

        await Deadline.UntilAsync(() => !swept.Streams.Any());
        Assert.InRange(await swept.PassUntilAsync(() => answer.StoppedAs != CloseReason.None), 30, 32);
        await exchange.WaitForPeerCloseAsync();
        using var late = await gateway.ReadAgainAsync(response.Id());
        await late.ExpectAsync(Keep.Token(1));
        Assert.NotEqual(BodyEnding.Clean, (await late.ReadToEndAsync()).Ending);
        Assert.Equal(1, (await Exposition.ReadAsync(gateway))["sse_gateway_answers_abandoned_total{route=\"upstream\"}"]);
    }

    [Fact]
    public async Task Answer_that_nobody_reads_goes_on_to_its_end_without_a_grace_time()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Keep.With("GraceAfterLeave=0"), NoHeartbeat]);
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, response) = await gateway.AskAsync(upstream);
        response.Client.Reset();
        await Deadline.UntilAsync(() => !swept.Streams.Any());
        await swept.PassAsync(90);
        await exchange.SendAsync(Keep.Token(1));
        await exchange.EndAsync();
        await Deadline.UntilAsync(() => gateway.Answers().Answers.Single().IsOver);
        using var again = await gateway.ReadAgainAsync(response.Id());
        await again.ExpectEndAsync(Keep.Token(1), BodyEnding.Clean);
    }

    [Fact]
    public async Task Answer_is_gone_so_long_after_its_end()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Keep.With("Age=20s"), NoHeartbeat]);
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, response) = await gateway.AskAsync(upstream);
        await swept.PassAsync(30);
        await exchange.SendAsync(Keep.Token(1));
        await exchange.EndAsync();
        await response.ExpectEndAsync(Keep.Token(1), BodyEnding.Clean);
        using (var again = await gateway.ReadAgainAsync(response.Id()))
        {
            await again.ExpectEndAsync(Keep.Token(1), BodyEnding.Clean);
        }

        Assert.True(gateway.Streams.Memory.Retained > 0);
        Assert.InRange(await swept.PassUntilAsync(() => gateway.Answers().Count == 0), 19, 21);
        using var gone = await gateway.ReadAgainAsync(response.Id());
        Assert.Equal((204, 0), (gone.Status, gateway.Streams.Memory.Retained));
    }

    [Fact]
    public async Task Answers_for_which_there_is_no_place_are_relayed_and_those_that_are_over_make_room()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With("Answers=1"), GatewayUnderTest.WithAdmin]);
        var (first, one) = await gateway.AskAsync(upstream);
        var (second, two) = await gateway.AskAsync(upstream);
        Assert.False(two.Head.Has("Gateway-Stream"));
        await second.SendAsync(Keep.Token(1));
        await two.ExpectAsync(Keep.Token(1));
        two.Client.Reset();
        await second.WaitForPeerCloseAsync();
        Assert.Contains(gateway.Log.Lines, line => line.Contains("As many answers of route upstream are running as are kept", StringComparison.Ordinal));
        Assert.Equal(1, (await Exposition.ReadAsync(gateway))["sse_gateway_answers_unkept_total{route=\"upstream\"}"]);
        await first.EndAsync();
        await one.ExpectEndAsync("", BodyEnding.Clean);
        await Deadline.UntilAsync(() => gateway.Answers().Answers.Single().IsOver);
        var (_, three) = await gateway.AskAsync(upstream);
        Assert.Equal(three.Id(), Assert.Single(gateway.Answers().Answers).Id);
        three.Dispose();
    }

    [Fact]
    public async Task One_subject_has_so_many_and_others_have_theirs()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With("AnswersPerSubject=2"), .. Tokens.RequireHs256()]);
        var kept = new List<bool>();
        foreach (var subject in new[] { "ada", "ada", "ada", "bob" })
        {
            var (_, response) = await gateway.AskAsync(upstream, ["Authorization: Bearer " + Tokens.For(subject)]);
            kept.Add(response.Head.Has("Gateway-Stream"));
            response.Dispose();
        }

        Assert.Equal([true, true, false, true], kept);
    }

    [Fact]
    public async Task What_the_log_has_run_over_is_said_to_be_gone_and_the_rest_can_be_read()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With("LogBytes=4096"));
        var (exchange, response) = await gateway.AskAsync(upstream);
        for (var i = 1; i <= 500; i++)
        {
            await exchange.SendAsync(Keep.Token(i));
            await response.ExpectAsync(Keep.Token(i));
        }

        foreach (var query in new[] { "", "?after=0", "?after=100" })
        {
            using var gone = await gateway.ReadAgainAsync(response.Id(), query);
            Assert.Equal((410, "application/problem+json"), (gone.Status, gone.Head.Value("Content-Type")));
        }

        using var again = await gateway.ReadAgainAsync(response.Id(), "?after=490");
        await again.ExpectAsync(Keep.Tokens(491, 500));
        response.Dispose();
    }

    [Fact]
    public async Task Frame_that_does_not_fit_into_the_log_ends_the_answer_with_a_cut()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With("LogBytes=4096"));
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1) + "data: " + new string('x', 3000));
        await response.ExpectAsync(Keep.Token(1));
        Assert.NotEqual(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(
            line => line.Contains("The upstream of a kept answer failed, route upstream", StringComparison.Ordinal)
                && line.Contains("A frame of more than", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reader_that_does_not_read_is_cut_and_nobody_waits_for_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With("LogBytes=65536"));
        var (exchange, response) = await gateway.AskAsync(upstream);
        using var slow = await gateway.ReadAgainAsync(response.Id());
        await Deadline.UntilAsync(() => gateway.Streams.Count == 2);
        var frame = "data: " + new string('x', 30_000) + "\n\n";
        for (var sent = 0; gateway.Streams.Count == 2 && sent < 10_000; sent++)
        {
            await exchange.SendAsync(frame);
            await response.ExpectAsync(frame);
        }

        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains(" closed: slow after ", StringComparison.Ordinal)));
        await exchange.SendAsync(Keep.Token(1));
        await exchange.EndAsync();
        await response.ExpectEndAsync(Keep.Token(1), BodyEnding.Clean);
    }

    [Fact]
    public async Task Upstream_that_is_silent_for_too_long_is_left_and_its_readers_see_a_cut()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Keep.With(), NoHeartbeat, "SseGateway:Timeouts:Idle=20s"]);
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, response) = await gateway.AskAsync(upstream);
        await swept.PassAsync(15);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        await swept.PassAsync(18);
        Assert.False(gateway.Answers().Answers.Single().IsOver);
        await swept.PassAsync(3);

        // In a moment, in which the clock stands still.
        await Deadline.UntilAsync(() => gateway.Answers().Answers.Single().IsOver);
        await exchange.WaitForPeerCloseAsync();
        Assert.NotEqual(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
    }

    /// <summary>A reader written by hand takes a comment without a blank line for a part of what follows.</summary>
    [Theory]
    [InlineData("Accept: text/event-stream", ":\n")]
    [InlineData("Accept: application/json", ":\n\n")]
    public async Task Silent_service_has_its_readers_get_heartbeats(string accept, string heartbeat)
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, Keep.With());
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, response) = await gateway.AskAsync(upstream, [accept]);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        await swept.OpenedAsync(1);
        await swept.PassAsync(18);
        await response.ExpectAsync(heartbeat);
        await exchange.SendAsync(Keep.Token(2));
        await response.ExpectAsync(Keep.Token(2));
    }

    [Fact]
    public async Task Those_who_read_may_have_the_rest_when_the_gateway_goes_down()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Keep.With(), "SseGateway:DrainWindow=100ms", "SseGateway:FinishWindow=60s"]);
        var (exchange, response) = await gateway.AskAsync(upstream);
        using var again = await gateway.ReadAgainAsync(response.Id());
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream.State == StreamState.Open) == 2);
        var stop = gateway.BeginStop(TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        await exchange.SendAsync(Keep.Token(1));
        foreach (var reader in new[] { response, again }) await reader.ExpectAsync(Keep.Token(1));
        await exchange.EndAsync();
        foreach (var reader in new[] { response, again }) await reader.ExpectEndAsync("", BodyEnding.Clean);
        await Deadline.ForAsync(stop, "the gateway to stop");
    }

    [Fact]
    public async Task Nobody_waits_for_an_answer_without_a_reader_when_the_gateway_goes_down()
    {
        await using var upstream = ScriptedUpstream.Start();
        var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), "SseGateway:FinishWindow=60s"]);
        await using var end = gateway;
        var (exchange, response) = await gateway.AskAsync(upstream);
        response.Client.Reset();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        await gateway.DisposeAsync();
        await exchange.WaitForPeerCloseAsync();
    }
}
