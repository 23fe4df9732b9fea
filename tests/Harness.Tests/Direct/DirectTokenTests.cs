using Harness.Tests.Edge;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>Tokens of a server, of which it is known what is wrong with them.</summary>
public sealed class DirectTokenTests
{
    [Theory]
    [InlineData(nameof(EdgeDefect.TakesAlgNone), "9.1 9.2", "9.1.5")]
    [InlineData(nameof(EdgeDefect.TakesPublicKeyAsSecret), "9.1 9.2", "9.1.6")]
    [InlineData(nameof(EdgeDefect.TakesAnySignature), "9.1", "9.1.4 9.1.5 9.1.6 9.1.9")]
    [InlineData(nameof(EdgeDefect.IgnoresExpiry), "9.1 9.2", "9.1.7")]
    [InlineData(nameof(EdgeDefect.IgnoresAudience), "9.1 9.2", "9.1.8")]
    [InlineData(nameof(EdgeDefect.IgnoresScope), "9.1 9.2", "9.1.10")]
    [InlineData(nameof(EdgeDefect.AnyGoodCarrier), "9.1 9.2", "9.2.2")]
    [InlineData(nameof(EdgeDefect.CookieFromAnyPage), "9.1 9.2", "9.2.4")]
    [InlineData(nameof(EdgeDefect.KeepsStreamsOfExpiredTokens), "9.3", "9.3.1 9.3.2")]
    public Task A_defect_fails_exactly_its_cases(string defect, string asked, string failing) => DirectRun.FailsExactlyAsync(defect, asked, failing);
}
