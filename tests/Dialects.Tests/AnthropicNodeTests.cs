using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>@anthropic-ai/sdk.</summary>
public sealed class AnthropicNodeTests(AnthropicNodeTests.Sdk sdk) : IClassFixture<AnthropicNodeTests.Sdk>
{
    [Theory]
    [InlineData("messages", Cases.Whole)]
    [InlineData("messages", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("messages", Cases.Cut, "one ", 1, "APIError", "gateway_upstream_failed")]
    [InlineData("messages", Cases.Drained, "one ", 1, "overloaded_error", "gateway_drained")]
    [InlineData("messages", Cases.Expired, "one ", 1, "gateway_expired")]
    [InlineData("messages", Cases.Limited, "", 0, "RateLimitError", "429", "gateway_limit")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("anthropic.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["messages"] = new AnthropicScript() };
    }
}
