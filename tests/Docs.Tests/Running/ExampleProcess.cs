using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Docs.Tests.Running;

/// <summary>A program of an example, as a process.</summary>
internal sealed class ExampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ExampleProcess(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What the developer's shell or the test host set must not decide what is tested.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it and waits for a line of its output.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="line">What the line says.</param>
    /// <returns>The process and the text of the pattern's first group.</returns>
    /// <exception cref="IOException">It ended without such a line; what it has said instead.</exception>
    public static async Task<(ExampleProcess Process, string Said)> StartAsync(string folder, string program, IEnumerable<string> arguments, Regex line)
    {
        var process = new ExampleProcess(folder, program, arguments);
        try
        {
            return (process, await process.WaitForAsync(line));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        await using var process = new ExampleProcess(folder, program, arguments);
        var output = await process._process.StandardOutput.ReadToEndAsync(Deadline.Token());
        await process._process.WaitForExitAsync(Deadline.Token());
        return (process._process.ExitCode, output + await process._errors);
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

    private async Task<string> WaitForAsync(Regex line)
    {
        var before = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } said)
        {
            before.AppendLine(said);
            if (line.Match(said) is { Success: true } match)
            {
                // Nobody waits for whatever else it says, but a full pipe must not stop it.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return match.Groups[1].Value;
            }
        }

        throw new IOException($"It ended with: {before}{await _errors}");
    }
}
