using SseGateway.Harness.Commands;

namespace Harness.Tests.Commands;

/// <summary>The program as somebody runs it, but in this process.</summary>
internal static class Invocation
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
