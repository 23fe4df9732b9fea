using Xunit;

namespace Docs.Tests.Running;

/// <summary>How long a test waits for what has to come: long, since a failure alone takes it.</summary>
internal static class Deadline
{
    public static CancellationToken Token()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromMinutes(2));
        return source.Token;
    }
}
