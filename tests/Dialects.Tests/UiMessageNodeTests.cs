using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>ai: a chat by the transport of useChat.</summary>
public sealed class UiMessageNodeTests(UiMessageNodeTests.Sdk sdk) : IClassFixture<UiMessageNodeTests.Sdk>
{
    [Theory]
    [InlineData("ui", Cases.Whole)]
    [InlineData("ui", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("ui", Cases.Cut, "one ", 1, "gateway_upstream_failed")]
    [InlineData("ui", Cases.Drained, "one ", 1, "gateway_drained")]
    [InlineData("ui", Cases.Expired, "one ", 1, "gateway_expired")]
    [InlineData("ui", Cases.Limited, "", 0, "Too many streams")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("ai.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["ui"] = new UiMessageScript() };
    }
}
