using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>@modelcontextprotocol/sdk: a call with progress.</summary>
public sealed class McpNodeTests(McpNodeTests.Sdk sdk) : IClassFixture<McpNodeTests.Sdk>
{
    [Theory]
    [InlineData("mcp", Cases.Whole)]
    [InlineData("mcp", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("mcp", Cases.Cut, "one ", 1, "-32000", "broke off")]
    [InlineData("mcp", Cases.Drained, "one ", 1, "-32000", "going down")]
    [InlineData("mcp", Cases.Expired, "one ", 1, "-32000", "credential")]
    [InlineData("mcp", Cases.Limited, "", 0, "429", "Too many streams")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("mcp.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["mcp"] = new McpScript() };
    }
}
