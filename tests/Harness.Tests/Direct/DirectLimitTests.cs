using Harness.Tests.Edge;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>Limits of a server, of which it is known what is wrong with them.</summary>
public sealed class DirectLimitTests
{
    [Theory]
    [InlineData(nameof(EdgeDefect.LeaksSlotOnHead), "10.1.3", "10.1.3")]
    [InlineData(nameof(EdgeDefect.LeaksSlotOnLeave), "10.1.3", "10.1.3")]
    [InlineData(nameof(EdgeDefect.CountsRacily), "10.1.1 10.1.2 10.1.4 11.3.3", "10.1.4")]
    [InlineData(nameof(EdgeDefect.RefusesWithoutRetryAfter), "10.1.1 10.1.2 10.1.4 11.3.3", "10.1.1 10.1.2")]
    [InlineData(nameof(EdgeDefect.TrustsForwardedFor), "10.1.1 10.1.2 10.1.4 11.3.3", "11.3.3")]
    [InlineData(nameof(EdgeDefect.SharesCountOfAddresses), "10.1.2 11.3.3", "10.1.2")]
    public Task A_defect_fails_exactly_its_cases(string defect, string asked, string failing) => DirectRun.FailsExactlyAsync(defect, asked, failing);
}
