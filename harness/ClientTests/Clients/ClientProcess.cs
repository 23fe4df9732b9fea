using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using SseGateway.Harness.ClientTests.Judging;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A process of a client under test: what it says line by line, and its end.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private volatile string _lastError = "";
    private bool _ending;

    private ClientProcess(Process process, Action<ClientReport> report)
    {
        _process = process;
        _errors = ReadErrorsAsync();
        _reading = ReadAsync(report);
        Ended = WatchAsync();
    }

    /// <summary>Completes when it has said that it is ready; never, when it says nothing of that.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes when it has ended and all it said has been read; with a remark when it ended by itself with an error.</summary>
    public Task<string?> Ended { get; }

    /// <exception cref="ClientSetupException">It cannot be started.</exception>
    public static ClientProcess Start(IReadOnlyList<string> words, IEnumerable<KeyValuePair<string, string>> environment, bool input,
        Action<ClientReport> report)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            UseShellExecute = false,
        };
        if (input)
        {
            start.StandardInputEncoding = new UTF8Encoding(false);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ClientProcess(Process.Start(start)!, report);
        }
        catch (Win32Exception failure)
        {
            throw new ClientSetupException($"{words[0]}: {failure.Message}");
        }
    }

    /// <summary>Writes a line to its standard input.</summary>
    /// <exception cref="IOException">It has ended.</exception>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await Ended;
        _process.Dispose();
    }

    private async Task<string?> WatchAsync()
    {
        await _process.WaitForExitAsync();

        // A grandchild may hold the pipes open: what the process said itself is there soon.
        await Task.WhenAny(Task.WhenAll(_reading, _errors), Task.Delay(TimeSpan.FromSeconds(2)));
        return _ending || _process.ExitCode == 0 ? null : $"the process ended with code {_process.ExitCode}{(_lastError.Length > 0 ? ": " + _lastError : "")}";
    }

    private async Task ReadAsync(Action<ClientReport> report)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (ClientReport.Parse(line) is not { } said)
            {
                continue;
            }

            if (said.Kind == ReportKind.Ready)
            {
                _started.TrySetResult();
            }
            else
            {
                report(said);
            }
        }
    }

    // The first line of the last block says what is wrong, the others where.
    private async Task<string> ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                _lastError = line;
            }
        }

        return _lastError;
    }
}
