using Xunit;

namespace Protocol.Tests;

/// <summary>A generous limit for what must happen: a test that hangs fails instead.</summary>
internal static class Deadline
{
    /// <summary>Cancelled after 30 s, or with the test.</summary>
    public static CancellationToken Token
    {
        get
        {
            var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken).Token;
        }
    }
}
