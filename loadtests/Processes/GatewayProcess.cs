using System.Net;
using System.Text.RegularExpressions;

namespace LoadTests.Processes;

/// <summary>A gateway as its users start it, on the loopback address; killed when disposed, if it has not ended by then.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly StartedLine _listens = new("the gateway", ListensLine());
    private readonly StartedLine _administers = new("the gateway", AdminLine());
    private readonly ChildProcess _process;

    private GatewayProcess(IReadOnlyList<string> arguments, int port, TemporaryCertificate? certificate) => _process = ChildProcess.StartBuilt(
        "SseGateway.dll",
        [
            "--urls", $"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}", "--admin-url", "http://127.0.0.1:0",
            .. certificate?.KestrelArguments ?? [], .. arguments,
        ],
        Take,
        _listens.Complain,
        MemoryGroup.Create());

    public Uri Address { get; private set; } = null!;

    public Uri Admin { get; private set; } = null!;

    public int Id => _process.Id;

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.ExitCode;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    /// <summary>Warnings and errors it has printed, the first few.</summary>
    public IReadOnlyList<string> Complaints => _listens.Complaints;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="arguments">Of its command line.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="certificate">With one it speaks TLS, HTTP/1.1 and HTTP/2; without, both in the clear.</param>
    /// <exception cref="IOException">It ended instead.</exception>
    /// <exception cref="TimeoutException">It did not listen in time.</exception>
    public static async Task<GatewayProcess> StartAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellation, int port = 0, TemporaryCertificate? certificate = null)
    {
        var gateway = new GatewayProcess(arguments, port, certificate);
        try
        {
            gateway.Address = new Uri((await gateway._listens.WaitAsync(gateway._process, cancellation)).Groups[1].Value);
            gateway.Admin = new Uri((await gateway._administers.WaitAsync(gateway._process, cancellation)).Groups[1].Value);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>User and system CPU time so far, memory, open files.</summary>
    public ProcessUsage Usage() => _process.Usage();

    /// <summary>Why what the kernel counts as its memory is not known; null when it is.</summary>
    public string? NoWorkingSet => _process.NoWorkingSet;

    /// <summary>Memory as it is counted in several ways; null where it cannot be read.</summary>
    public MemoryUsage? Memory() => ProcessTree.CanRead && ExitCode is null ? _process.Memory() : null;

    public Task TerminateAsync(CancellationToken cancellation) => _process.TerminateAsync(cancellation);

    /// <param name="signal">Its name, without SIG.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task SignalAsync(string signal, CancellationToken cancellation) => _process.SignalAsync(signal, cancellation);

    /// <returns>Its exit code; null when it has not ended in time.</returns>
    public Task<int?> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellation) => _process.WaitForExitAsync(timeout, cancellation);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void Take(string line)
    {
        if (!_administers.Take(line) && !_listens.Take(line) && ComplaintLine().IsMatch(line))
        {
            _listens.Complain(line);
        }
    }

    [GeneratedRegex("Admin: (http://[0-9.:]+)")]
    private static partial Regex AdminLine();

    [GeneratedRegex("listens on (https?://[0-9.:]+)")]
    private static partial Regex ListensLine();

    [GeneratedRegex("^[^ ]+ (warn|fail|crit): ")]
    private static partial Regex ComplaintLine();
}
