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

    [Theory]
    [InlineData("Unexpected exception in HttpConnection.ProcessRequestsAsync.", typeof(InvalidOperationException), true)]
    [InlineData("Unhandled exception while processing 0HN1.", typeof(NullReferenceException), true)]
    [InlineData("Connection id 0HN1: an unhandled exception was thrown by the application.", typeof(IOException), true)]
    [InlineData("Connection id 0HN1: an unhandled exception was thrown by the application.", typeof(InvalidOperationException), false)]
    [InlineData("The connection listener failed to accept any new connections.", typeof(IOException), false)]
    public void A_broken_connection_is_no_alarm(string message, Type exception, bool isWarning)
    {
        foreach (var level in new[] { LogLevel.Error, LogLevel.Critical })
        {
            var written = Written(level, (Kestrel, (Exception)Activator.CreateInstance(exception)!, message));
            Assert.Equal(isWarning, written.StartsWith("warn", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nothing_that_somebody_else_has_chosen_makes_a_second_line_or_commands_a_terminal()
    {
        const string Bad = "a\r\nwarn: forged\u001b[2J\u202e";
        var written = Written(
            ("Yarp.ReverseProxy", new InvalidOperationException(Bad, new IOException(Bad)), "one " + Bad),
            (Kestrel, new HttpRequestException(Bad), "two " + Bad));

        Assert.DoesNotContain(written, c => c is '\u001b' or '\u202e' or '\r');
        Assert.Equal(2, written.Split('\n').Count(line => line.StartsWith("warn", StringComparison.Ordinal)));
        Assert.Contains(@"\x0d\x0awarn: forged\x1b[2J\u202e", written, StringComparison.Ordinal);
    }

    private static string Written(params (string Category, Exception? Exception, string Message)[] entries) => Written(LogLevel.Warning, entries);

    private static string Written(LogLevel level, params (string Category, Exception? Exception, string Message)[] entries)
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
                provider.CreateLogger(category).Log(level, default, message, exception, static (text, _) => text);
            }
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
