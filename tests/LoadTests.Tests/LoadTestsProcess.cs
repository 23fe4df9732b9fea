using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace LoadTests.Tests;

/// <summary>The program as its users run it, with a folder for its report.</summary>
internal sealed class LoadTestsProcess : IDisposable
{
    // Far beyond what any of these takes: a machine that builds and tests at the same time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loadtests-tests-");
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    public LoadTestsProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LoadTests.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The newest report in its folder; null without one.</summary>
    public JsonElement? Report => _folder.EnumerateFiles("report.json", SearchOption.AllDirectories).SingleOrDefault() is { } file
        ? JsonDocument.Parse(File.ReadAllText(file.FullName)).RootElement
        : null;

    public bool HasPage => _folder.EnumerateFiles("report.html", SearchOption.AllDirectories).Any();

    /// <summary>All that it has said so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>Ends it so that it can do nothing about it.</summary>
    public void Kill() => _process.Kill();

    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <returns>Exit code, and all it has said.</returns>
    public async Task<(int Code, string Said)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (_process.ExitCode, Said);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Take(string? line)
    {
        lock (_said)
        {
            _said.Append(line).Append(line is null ? "" : "\n");
        }
    }
}
