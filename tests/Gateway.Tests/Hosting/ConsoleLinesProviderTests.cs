using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using SseGateway.Hosting.Logging;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class ConsoleLinesProviderTests
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    [Fact]
    public void A_client_that_vanished_is_no_warning_with_a_stack()
    {
        var timedOut = new SocketException((int)SocketError.TimedOut);
        var written = Written(
            (Kestrel, timedOut, "a client that is gone"),
            (Kestrel, new SocketException((int)SocketError.AddressAlreadyInUse), "another failure"),
            ("SseGateway.Transport", timedOut, "of the gateway"),
            (Kestrel, null, "without one"));

        Assert.DoesNotContain("a client that is gone", written, StringComparison.Ordinal);
        Assert.Contains("another failure", written, StringComparison.Ordinal);
        Assert.Contains("of the gateway", written, StringComparison.Ordinal);
        Assert.Contains("without one", written, StringComparison.Ordinal);
    }

    private static string Written(params (string Category, Exception? Exception, string Message)[] entries)
    {
        // .NET's own formatter, as the gateway has it.
        using var services = new ServiceCollection().AddLogging(logging => logging.AddSimpleConsole()).BuildServiceProvider();
        using var output = new MemoryStream();
        using (var lines = new ConsoleLines(output))
        using (var provider = new ConsoleLinesProvider(
            lines, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>(), services.GetServices<ConsoleFormatter>()))
        {
            foreach (var (category, exception, message) in entries)
            {
                provider.CreateLogger(category).Log(LogLevel.Warning, default, message, exception, static (text, _) => text);
            }
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
