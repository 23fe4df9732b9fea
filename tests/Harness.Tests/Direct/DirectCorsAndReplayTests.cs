using Harness.Tests.Edge;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>CORS, replay and open endpoints of a server, of which it is known what is wrong with them.</summary>
public sealed class DirectCorsAndReplayTests
{
    [Theory]
    [InlineData(nameof(EdgeDefect.ReflectsAnyOrigin), "8", "8.1.2 8.1.4 8.1.5 8.2.4")]
    [InlineData(nameof(EdgeDefect.AllowsOriginsThatBeginRight), "8", "8.1.5")]
    [InlineData(nameof(EdgeDefect.StarWithCredentials), "8", "8.1.6")]
    [InlineData(nameof(EdgeDefect.NoVary), "8", "8.1.1 8.1.2 8.1.3 8.2.1 8.2.2 8.2.5 8.3.1")]
    [InlineData(nameof(EdgeDefect.PreflightNeedsToken), "8", "8.2.1 8.2.2 8.2.5")]
    [InlineData(nameof(EdgeDefect.PreflightTakesSlot), "8", "8.2.5")]
    [InlineData(nameof(EdgeDefect.ErrorsWithoutCors), "8", "8.3.1")]
    [InlineData(nameof(EdgeDefect.ReplaysFromTheCursorOn), "4.5", "4.5.1")]
    [InlineData(nameof(EdgeDefect.SilentGap), "4.5", "4.5.3")]
    [InlineData(nameof(EdgeDefect.HasOpenMetrics), "11.3.4 11.3.5", "11.3.4")]
    public Task A_defect_fails_exactly_its_cases(string defect, string asked, string failing) => DirectRun.FailsExactlyAsync(defect, asked, failing);
}
