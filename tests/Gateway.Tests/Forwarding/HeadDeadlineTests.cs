using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>How long an answer may take to begin, where nobody has said: a model may think, a page may not.</summary>
public sealed class HeadDeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "Accept: application/json", true)]
    [InlineData("POST", "/any", "Accept: */*", true)]
    [InlineData("GET", "/events", "Accept: text/event-stream", true)]
    [InlineData("GET", "/v1/responses/r?stream=true", "Accept: */*", true)]
    [InlineData("GET", "/page", "Accept: text/html", false)]
    public async Task It_is_ten_minutes_for_what_may_take_long_and_one_for_the_rest(string method, string target, string field, bool isLong)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time);
        using var client = await gateway.BeginAsync(method, target, [field], method == "POST" ? "{}" : "");
        var exchange = await upstream.NextAsync();
        if (method == "POST") await exchange.ExpectBodyAsync("{}");
        var answer = client.ReadResponseAsync();

        if (isLong)
        {
            for (var minute = 0; minute < 9; minute++) _time.Advance(TimeSpan.FromMinutes(1));
            Assert.False(answer.IsCompleted);
            await exchange.AnswerAsync(200, "text/event-stream", "data: thought\n\n");
            Assert.Equal("data: thought\n\n", await (await answer).ReadTextAsync());
            return;
        }

        await Deadline.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return answer.IsCompleted;
        });
        Assert.Equal(504, (await answer).Status);
    }
}
