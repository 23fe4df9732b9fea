using Dialects.Tests.Running;
using Dialects.Tests.Service;
using SseGateway.Streams.Life;
using Xunit;

namespace Dialects.Tests;

/// <summary>ai: the <c>resume</c> of useChat, with one setting of the route.</summary>
public sealed class UiMessageResumeTests
{
    private static readonly string[] Keep = ["SseGateway:Keep:Enabled=true", "SseGateway:Keep:ResumePath=/whole/ui/api/chat/{id}/stream"];

    [Fact]
    public async Task A_page_that_is_loaded_again_has_the_whole_answer_and_there_is_nothing_once_it_is_over()
    {
        await using var service = await ScriptedService.StartAsync(new Dictionary<string, Script> { ["ui"] = new UiMessageScript() });
        await using var gateway = await StagedGateway.StartAsync(service.Address, TimeProvider.System, Keep);

        await AssertResumedAsync(service, gateway, gateway);
    }

    [Fact]
    public async Task So_it_has_when_it_is_loaded_again_by_another_gateway_of_the_fleet()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var service = await ScriptedService.StartAsync(new Dictionary<string, Script> { ["ui"] = new UiMessageScript() });
        string[] settings = [.. Keep, $"SseGateway:Fleet:Redis={redis.Address}"];
        await using var one = await StagedGateway.StartAsync(service.Address, TimeProvider.System, settings);
        await using var two = await StagedGateway.StartAsync(service.Address, TimeProvider.System, settings);
        await one.JoinedAsync();
        await two.JoinedAsync();

        await AssertResumedAsync(service, one, two);
    }

    private static async Task AssertResumedAsync(ScriptedService service, StagedGateway first, StagedGateway again)
    {
        service.Once(Cases.Whole, 1, async () =>
        {
            while (!again.Streams.Streams.Any(stream => stream is { Method: "GET", State: StreamState.Open }))
            {
                await Task.Delay(1);
            }
        });

        var (lines, errors) = await NodeModule.RunAsync("ai-resume.mjs", $"{first.Address}/{Cases.Whole}/ui", $"{again.Address}/{Cases.Whole}/ui");

        Assert.True(lines.Count == 1, errors);
        Assert.Equal("""{"text":"one two","last":"finish","over":null,"another":null}""", lines[0]);
        Assert.Equal(1, service.Posts(Cases.Whole, "ui"));
    }
}
