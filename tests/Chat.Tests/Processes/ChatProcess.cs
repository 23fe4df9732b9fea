using System.Diagnostics;
using Chat.Tests.Running;

namespace Chat.Tests.Processes;

/// <summary>The service as a process of its own, which can be killed.</summary>
internal sealed class ChatProcess : IDisposable
{
    private readonly Process _process;

    private ChatProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<ChatProcess> StartAsync(params string[] args)
    {
        var process = Start(args);
        while (await process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } line)
        {
            if (line.StartsWith("Chat: ", StringComparison.Ordinal))
                return new ChatProcess(process, new Uri(line["Chat: ".Length..]));
        }

        throw new InvalidOperationException($"The service did not start: {await process.StandardError.ReadToEndAsync(Deadline.Token())}");
    }

    /// <summary>Runs it to its end. For starts that fail.</summary>
    public static async Task<(int ExitCode, string[] Errors)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        var errors = await process.StandardError.ReadToEndAsync(Deadline.Token());
        await process.WaitForExitAsync(Deadline.Token());
        return (process.ExitCode, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>SIGKILL: the process gets no chance to write anything down.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Deadline.Token());
    }

    /// <summary>SIGINT, as Ctrl+C sends it. Returns the exit code.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(Deadline.Token());
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatBackend.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
