using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>@langchain/langgraph-sdk: it joins its run again after a cut, and goes on where it was.</summary>
/// <remarks>npm's latest is 1.15.0. 2.0.0, which is deprecated there, has passed the same cases (2026-12-01).</remarks>
public sealed class LangGraphNodeTests(LangGraphNodeTests.Sdk sdk) : IClassFixture<LangGraphNodeTests.Sdk>
{
    [Theory]
    [InlineData("langgraph", Cases.Whole)]
    [InlineData("langgraph", Cases.Beating)]
    [InlineData("langgraph", Cases.Cut)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("langgraph", Cases.Drained, "one ", 1)]
    [InlineData("langgraph", Cases.Expired, "one ", 1, "401")]
    [InlineData("langgraph", Cases.Limited, "", 0, "429")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("langgraph.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["langgraph"] = new LangGraphScript() };
    }
}
