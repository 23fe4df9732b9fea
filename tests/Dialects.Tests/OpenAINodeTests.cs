using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>openai for JavaScript: chat completions and responses.</summary>
public sealed class OpenAINodeTests(OpenAINodeTests.Sdk sdk) : IClassFixture<OpenAINodeTests.Sdk>
{
    [Theory]
    [InlineData("chat", Cases.Whole)]
    [InlineData("chat", Cases.Beating)]
    [InlineData("responses", Cases.Whole)]
    [InlineData("responses", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("chat", Cases.Cut, "one ", 1, "APIError", "gateway_upstream_failed")]
    [InlineData("chat", Cases.Drained, "one ", 1, "APIError", "gateway_drained")]
    [InlineData("chat", Cases.Expired, "one ", 1, "APIError", "gateway_expired")]
    [InlineData("chat", Cases.Limited, "", 0, "RateLimitError", "429", "gateway_limit")]
    [InlineData("responses", Cases.Cut, "one ", 1, "APIError", "gateway_upstream_failed")]
    [InlineData("responses", Cases.Drained, "one ", 1, "APIError", "gateway_drained")]
    [InlineData("responses", Cases.Expired, "one ", 1, "APIError", "gateway_expired")]
    [InlineData("responses", Cases.Limited, "", 0, "RateLimitError", "429", "gateway_limit")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("openai.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script>
        {
            ["chat"] = new ChatScript(),
            ["responses"] = new ResponsesScript(),
        };
    }
}
