using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>graphql-sse, in connections of their own.</summary>
public sealed class GraphQLNodeTests(GraphQLNodeTests.Sdk sdk) : IClassFixture<GraphQLNodeTests.Sdk>
{
    [Theory]
    [InlineData("graphql", Cases.Whole)]
    [InlineData("graphql", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("graphql", Cases.Cut, "one ", 1)]
    [InlineData("graphql", Cases.Drained, "one ", 1)]
    [InlineData("graphql", Cases.Expired, "one ", 1)]
    [InlineData("graphql", Cases.Limited, "", 0, "429")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("graphql-sse.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["graphql"] = new GraphQLScript() };
    }
}
