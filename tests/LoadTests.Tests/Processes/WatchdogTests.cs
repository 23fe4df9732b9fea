using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace LoadTests.Tests.Processes;

public sealed class WatchdogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_a_killed_run_had_started_does_not_outlive_it()
    {
        using var run = new LoadTestsProcess("broadcast", "--clients", "5", "--ramp", "0", "--seconds", "600", "--gateway=--warm-up=false");
        while (!run.Said.Contains("5 open", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var started = ChildrenOf(run.Id);
        run.Kill();

        // The gateway, the origin, and who watches over them.
        Assert.Equal(3, started.Length);
        var killed = Stopwatch.GetTimestamp();
        while (started.Any(IsAlive))
        {
            Assert.True(Stopwatch.GetElapsedTime(killed) < Patience, $"still there: {string.Join(", ", started.Where(IsAlive))}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static int[] ChildrenOf(int id) =>
    [
        .. Directory.EnumerateDirectories($"/proc/{id}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture)),
    ];

    // One that has ended and is waited for by nobody yet is gone all the same.
    private static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
