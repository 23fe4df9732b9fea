using Anthropic;
using Anthropic.Models.Messages;
using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>Anthropic for .NET.</summary>
public sealed class AnthropicDotNetTests(AnthropicDotNetTests.Sdk sdk) : IClassFixture<AnthropicDotNetTests.Sdk>
{
    [Theory]
    [InlineData("messages", Cases.Whole)]
    [InlineData("messages", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("messages", Cases.Cut, "one ", 1, "gateway_upstream_failed")]
    [InlineData("messages", Cases.Drained, "one ", 1, "gateway_drained")]
    [InlineData("messages", Cases.Expired, "one ", 1, "gateway_expired")]
    [InlineData("messages", Cases.Limited, "", 0, "RateLimit", "Too many streams")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk : DotNetRun
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["messages"] = new AnthropicScript() };

        internal override IReadOnlyDictionary<string, Func<Conversation, Task>> Speakers { get; } = new Dictionary<string, Func<Conversation, Task>>
        {
            ["messages"] = TalkAsync,
        };

        private static async Task TalkAsync(Conversation with)
        {
            var client = new AnthropicClient { BaseUrl = with.Address, AuthToken = with.Token, ApiKey = null, MaxRetries = with.MayRetry ? 2 : 0 };
            var request = new MessageCreateParams { Model = "m", MaxTokens = 10, Messages = [new UserMessageParam("count")] };
            await foreach (var happened in client.Messages.CreateStreaming(request))
            {
                with.Seen.Text += happened.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var text) ? text.Text : "";
                with.Seen.IsWhole |= happened.TryPickStop(out _);
            }
        }
    }
}
