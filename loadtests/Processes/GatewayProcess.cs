using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace LoadTests.Processes;

/// <summary>A gateway as its users start it, on free ports of the loopback address; killed when disposed, if it has not ended by then.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private const int MaxComplaints = 10;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _complaints = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _admin = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "SseGateway.dll"), "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };

        // What the shell has set for other programs must not decide what is measured.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Complain(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    public Uri Admin { get; private set; } = null!;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    /// <summary>Warnings and errors it has printed, the first few.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return _complaints.ToArray();
            }
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="IOException">It ended instead.</exception>
    /// <exception cref="TimeoutException">It did not listen in time.</exception>
    public static async Task<GatewayProcess> StartAsync(string[] arguments, CancellationToken cancellation)
    {
        var gateway = new GatewayProcess(arguments);
        try
        {
            var listens = Task.WhenAll(gateway._address.Task, gateway._admin.Task);
            if (await Task.WhenAny(listens, gateway._process.WaitForExitAsync(cancellation)).WaitAsync(StartTimeout, cancellation) != listens)
            {
                throw new IOException("the gateway ended at its start: " + string.Join(" ", gateway.Complaints));
            }

            (gateway.Address, gateway.Admin) = (await gateway._address.Task, await gateway._admin.Task);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>User and system CPU time so far, and resident memory.</summary>
    public ProcessUsage Usage()
    {
        _process.Refresh();
        return new ProcessUsage(_process.TotalProcessorTime, _process.WorkingSet64);
    }

    public async Task TerminateAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellation);
    }

    /// <returns>Its exit code; null when it has not ended in time.</returns>
    public async Task<int?> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await _process.WaitForExitAsync(cancellation).WaitAsync(timeout, cancellation);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (AdminLine().Match(line) is { Success: true } admin)
        {
            _admin.TrySetResult(new Uri(admin.Groups[1].Value));
        }
        else if (ListensLine().Match(line) is { Success: true } address)
        {
            _address.TrySetResult(new Uri(address.Groups[1].Value));
        }
        else if (ComplaintLine().IsMatch(line))
        {
            Complain(line);
        }
    }

    private void Complain(string? line)
    {
        lock (_complaints)
        {
            if (line is not null && _complaints.Count < MaxComplaints)
            {
                _complaints.Add(line);
            }
        }
    }

    [GeneratedRegex("Admin: (http://[0-9.:]+)")]
    private static partial Regex AdminLine();

    [GeneratedRegex("listens on (http://[0-9.:]+)")]
    private static partial Regex ListensLine();

    [GeneratedRegex("^[^ ]+ (warn|fail|crit): ")]
    private static partial Regex ComplaintLine();
}
