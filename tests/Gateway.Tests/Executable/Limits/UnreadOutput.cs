using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Executable.Limits;

/// <summary>A gateway that writes into a pipe of the test's, which reads it when it likes: a log collector that hangs.</summary>
internal sealed partial class UnreadOutput : IAsyncDisposable
{
    private readonly StreamReader _pipe;

    private UnreadOutput(GatewayProcess gateway, StreamReader pipe, int port, Uri? admin) => (Gateway, _pipe, Port, Admin) = (gateway, pipe, port, admin);

    public GatewayProcess Gateway { get; }

    public int Port { get; }

    public Uri? Admin { get; }

    /// <summary>Reads until it says where it listens, and no further.</summary>
    /// <param name="redirection">Which outputs go into the pipe, in the shell's words.</param>
    /// <param name="arguments">The gateway's.</param>
    public static async Task<UnreadOutput> StartAsync(string redirection, params string[] arguments)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("gateway-output-").FullName, "pipe");
        using (var make = Process.Start("mkfifo", [path])) await Deadline.ForAsync(make.WaitForExitAsync(CancellationToken.None), "mkfifo");
        var gateway = GatewayProcess.StartUnder(["bash", "-c", $"pipe=$1; shift; exec \"$@\" {redirection}", "bash", path], arguments);

        // Opening waits for whoever writes.
        var pipe = new StreamReader(await Deadline.ForAsync(Task.Run(() => File.OpenRead(path)), "the gateway to open its output"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Uri? admin = null;
        while (true)
        {
            var line = await Deadline.ForAsync(token => pipe.ReadLineAsync(token), "the gateway to say where it listens")
                ?? throw new IOException(gateway.Console);
            if (AdminAt().Match(line) is { Success: true } match)
            {
                admin = new Uri(match.Groups[1].Value);
            }

            if (ListensOn().Match(line) is { Success: true } listens)
            {
                return new UnreadOutput(gateway, pipe, int.Parse(listens.Groups[1].ValueSpan, CultureInfo.InvariantCulture), admin);
            }
        }
    }

    /// <summary>Reads on, to a line that says something.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        while (true)
        {
            var line = await Deadline.ForAsync(token => _pipe.ReadLineAsync(token), $"a line with: {text}");
            if (line?.Contains(text, StringComparison.Ordinal) != false)
            {
                return line ?? throw new IOException("The gateway has closed its output.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _pipe.Dispose();
    }

    [GeneratedRegex("Admin: (http://[0-9.:]+)")]
    private static partial Regex AdminAt();

    [GeneratedRegex("listens on http://[0-9.]+:([0-9]+)")]
    private static partial Regex ListensOn();
}
