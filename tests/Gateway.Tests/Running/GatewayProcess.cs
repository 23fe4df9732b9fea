using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Running;

/// <summary>The gateway as its users start it: <c>dotnet SseGateway.dll ...</c>, a process of its own.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _admin = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(string[] arguments, string[]? under = null, Dictionary<string, string>? environment = null)
    {
        string[] command = [.. under ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "SseGateway.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        // What the developer's shell or the test host set must not decide what is tested.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray()) start.Environment.Remove(name);
        start.Environment["SseGateway__WarmUp"] = "false";
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.Exited += (_, _) =>
        {
            var ended = new IOException("The gateway ended without listening.");
            _address.TrySetException(ended);
            _admin.TrySetException(ended);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything on standard output and standard error so far.</summary>
    public string Console
    {
        get
        {
            lock (_output) return _output.ToString() + _errors;
        }
    }

    /// <summary>Starts it and gives the process at once.</summary>
    public static GatewayProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Starts it with environment variables of the test's.</summary>
    public static GatewayProcess StartWith(Dictionary<string, string> environment, params string[] arguments) => new(arguments, null, environment);

    /// <summary>Starts it in a network namespace (see <see cref="HalfOpen.NetworkNamespace"/>).</summary>
    public static GatewayProcess StartIn(string networkNamespace, string[] arguments) => new(arguments, ["ip", "netns", "exec", networkNamespace]);

    /// <summary>Starts it under a command that runs the rest of its command line, e.g. a shell that sets a limit first.</summary>
    public static GatewayProcess StartUnder(string[] command, params string[] arguments) => new(arguments, command);

    /// <summary>Starts it with a command and environment variables of the test's.</summary>
    public static GatewayProcess StartUnder(string[] command, Dictionary<string, string> environment, params string[] arguments) =>
        new(arguments, command, environment);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = new GatewayProcess(arguments);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process._output.ToString(), process._errors.ToString());
    }

    /// <summary>The address of its admin listener.</summary>
    public Task<Uri> AdminAsync() => Deadline.ForAsync(_admin.Task, "the gateway to say where its admin listener is");

    /// <summary>The address it says that it listens on.</summary>
    public Task<Uri> AddressAsync() => Deadline.ForAsync(_address.Task, "the gateway to say where it listens");

    public async Task<RawClient> ConnectAsync() => await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, (await AddressAsync()).Port));

    /// <summary>Sends a signal by name, e.g. <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await Deadline.ForAsync(kill.WaitForExitAsync(CancellationToken.None), "kill");
    }

    /// <summary>Waits for its end and gives the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await Deadline.ForAsync(_process.WaitForExitAsync(CancellationToken.None), "the gateway to exit");
        return _process.ExitCode;
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

    private static bool IsSetting(string variable) =>
        variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || variable.StartsWith("OTEL_", StringComparison.Ordinal);

    private void Take(StringBuilder into, string? line)
    {
        if (line is null) return;
        lock (_output) into.AppendLine(line);
        if (Admin().Match(line) is { Success: true } admin) _admin.TrySetResult(new Uri(admin.Groups[1].Value));
        if (ListensOn().Match(line) is { Success: true } match) _address.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex("Admin: (http://[0-9.:]+)")]
    private static partial Regex Admin();

    [GeneratedRegex("listens on (https?://[0-9.:]+)")]
    private static partial Regex ListensOn();
}
