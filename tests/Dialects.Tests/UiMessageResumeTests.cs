using Dialects.Tests.Running;
using Dialects.Tests.Service;
using SseGateway.Streams.Life;
using Xunit;

namespace Dialects.Tests;

/// <summary>ai: the <c>resume</c> of useChat, with one setting of the route.</summary>
public sealed class UiMessageResumeTests
{
    [Fact]
    public async Task A_page_that_is_loaded_again_has_the_whole_answer_and_there_is_nothing_once_it_is_over()
    {
        await using var service = await ScriptedService.StartAsync(new Dictionary<string, Script> { ["ui"] = new UiMessageScript() });
        await using var gateway = await StagedGateway.StartAsync(
            service.Address, TimeProvider.System, "SseGateway:Keep:Enabled=true", "SseGateway:Keep:ResumePath=/whole/ui/api/chat/{id}/stream");
        service.Once(Cases.Whole, 1, async () =>
        {
            while (!gateway.Streams.Streams.Any(stream => stream is { Method: "GET", State: StreamState.Open }))
            {
                await Task.Delay(1);
            }
        });

        var (lines, errors) = await NodeModule.RunAsync("ai-resume.mjs", $"{gateway.Address}/{Cases.Whole}/ui");

        Assert.True(lines.Count == 1, errors);
        Assert.Equal("""{"text":"one two","last":"finish","over":null,"another":null}""", lines[0]);
        Assert.Equal(1, service.Posts(Cases.Whole, "ui"));
    }
}
