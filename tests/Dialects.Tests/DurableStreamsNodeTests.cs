using Dialects.Tests.Running;
using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests;

/// <summary>@durable-streams/client: GETs alone, and it reads on after a clean end.</summary>
public sealed class DurableStreamsNodeTests(DurableStreamsNodeTests.Sdk sdk) : IClassFixture<DurableStreamsNodeTests.Sdk>
{
    [Theory]
    [InlineData("durable", Cases.Whole)]
    [InlineData("durable", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case, posts: 0);

    [Theory]
    [InlineData("durable", Cases.Cut, "one ", 0)]
    [InlineData("durable", Cases.Drained, "one ", 0)]
    [InlineData("durable", Cases.Expired, "one ", 0, "401")]
    [InlineData("durable", Cases.Limited, "", 0, "429")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk() : NodeRun("durable-streams.mjs")
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["durable"] = new DurableScript() };
    }
}
