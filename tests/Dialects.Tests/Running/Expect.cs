using Xunit;

namespace Dialects.Tests.Running;

/// <summary>What every SDK is to show.</summary>
internal static class Expect
{
    /// <summary>The whole answer, finished, without an error.</summary>
    public static void Whole(SdkRun run, string speaker, string @case, int posts = 1) => Same((true, "one two", "", posts), run, speaker, @case);

    /// <summary>Half an answer, not finished, and an error that says so.</summary>
    /// <param name="run">The SDK's.</param>
    /// <param name="speaker">Which of its APIs.</param>
    /// <param name="case">What has happened.</param>
    /// <param name="text">What of the answer came.</param>
    /// <param name="posts">How many POSTs the service got.</param>
    /// <param name="error">What stands in it.</param>
    public static void Error(SdkRun run, string speaker, string @case, string text, int posts, params string[] error)
    {
        var (seen, posted) = run.Of(speaker, @case);
        var said = seen.Error?.ToString() ?? "";
        Assert.Equal((false, text, posts), (seen.IsWhole, seen.Text, posted));
        Assert.NotEqual("", said);
        Assert.All(error, part => Assert.Contains(part, said, StringComparison.OrdinalIgnoreCase));
    }

    private static void Same((bool, string, string, int) expected, SdkRun run, string speaker, string @case)
    {
        var (seen, posts) = run.Of(speaker, @case);
        Assert.Equal(expected, (seen.IsWhole, seen.Text, seen.Error?.ToString() ?? "", posts));
    }
}
