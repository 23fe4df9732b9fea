using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Threading.Channels;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>A .NET SignalR client in a process of its own (tests/SignalRClients), over the event-stream transport.</summary>
internal sealed class SignalRClient : IAsyncDisposable
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Process _process;

    private SignalRClient(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                _lines.Writer.TryWrite(text);
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                Xunit.TestContext.Current.TestOutputHelper?.WriteLine(text);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <param name="version">6 or 8.</param>
    /// <param name="hub">The hub's address.</param>
    /// <param name="token">Its access token; null for none.</param>
    public static SignalRClient Start(int version, Uri hub, string? token = null)
    {
        var name = version.ToString(CultureInfo.InvariantCulture);
        var program = Path.Combine(Metadata("SignalRClients"), "Version" + name, "bin", Metadata("BuildFolder"), $"SignalRClient{name}.dll");
        return new SignalRClient(Process.Start(new ProcessStartInfo("dotnet", token is null ? [program, hub.AbsoluteUri] : [program, hub.AbsoluteUri, token])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>What has happened to it next.</summary>
    public Task<string> NextAsync() => Deadline.ForAsync(async token => await _lines.Reader.ReadAsync(token), "a line of the SignalR client");

    /// <summary>Has it say something to the hub.</summary>
    public Task SayAsync(string text) => _process.StandardInput.WriteLineAsync(text);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Metadata(string key) =>
        typeof(SignalRClient).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
