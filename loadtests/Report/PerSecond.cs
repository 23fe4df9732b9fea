using System.Diagnostics;

namespace LoadTests.Report;

/// <summary>Counts events by the second since a start; for any thread. What comes before the start counts in the first second.</summary>
/// <param name="seconds">How many seconds are told apart; what comes later counts in the last.</param>
internal sealed class PerSecond(int seconds)
{
    private readonly int[] _counts = new int[seconds];
    private long _started;

    public IReadOnlyList<int> Counts => _counts;

    public int Total => _counts.Sum();

    public int Peak => _counts.Max();

    /// <summary>The last second in which there was one.</summary>
    public int Last => Math.Max(0, Array.FindLastIndex(_counts, count => count > 0));

    public void Start() => Volatile.Write(ref _started, Stopwatch.GetTimestamp());

    public void Add()
    {
        var started = Volatile.Read(ref _started);
        var second = started == 0 ? 0 : (int)Stopwatch.GetElapsedTime(started).TotalSeconds;
        Interlocked.Increment(ref _counts[Math.Min(second, _counts.Length - 1)]);
    }

    /// <summary>Prints both, second by second, with a bar for the second one.</summary>
    public static void Print((string Name, PerSecond Counts) first, (string Name, PerSecond Counts) second)
    {
        const int BarWidth = 50;
        var (a, b) = (first.Counts.Counts, second.Counts.Counts);
        var last = Math.Max(a.Count, b.Count) - 1;
        while (last > 0 && a[last] == 0 && b[last] == 0)
        {
            last--;
        }

        Console.WriteLine($"second  {first.Name,10}  {second.Name,10}");
        for (var i = 0; i <= last; i++)
        {
            var bar = new string('#', BarWidth * b[i] / Math.Max(1, second.Counts.Peak));
            Console.WriteLine($"{i,6}  {a[i],10}  {b[i],10}  {bar}");
        }
    }
}
