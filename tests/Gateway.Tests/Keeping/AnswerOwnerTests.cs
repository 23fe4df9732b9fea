using SseGateway.Keeping;
using SseGateway.Streams.Limits;
using Xunit;

namespace Gateway.Tests.Keeping;

public sealed class AnswerOwnerTests
{
    /// <summary>In a failed assertion, a log or a debugger.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("ada")]
    public void Its_text_has_an_end(string? subject) =>
        Assert.Contains("chat", new AnswerOwner("chat", subject, AddressKey.Of(null)).ToString(), StringComparison.Ordinal);
}
