using System.Globalization;
using BenchmarkDotNet.Running;
using Benchmarks.Reporting;

// Ours is `--results FOLDER`: the run is written there, as a page and a chart. All other arguments are BenchmarkDotNet's; without any it would ask
// which benchmarks are meant, here it is all of them.
var option = Array.IndexOf(args, "--results");
if (option >= 0 && option + 1 == args.Length)
{
    Console.Error.WriteLine("benchmarks: --results: give a folder, e.g. --results benchmarks/results");
    return 2;
}

var results = option >= 0 ? args[option + 1] : null;
string[] others = option >= 0 ? [.. args[..option], .. args[(option + 2)..]] : args;
var summaries = BenchmarkSwitcher.FromAssembly(typeof(ShortConfig).Assembly).Run(others.Length == 0 ? ["--filter", "*"] : others, new ShortConfig()).ToList();
if (results is null || summaries.Count == 0)
    return 0;

Directory.CreateDirectory(results);
var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
ResultsPage.Save(Path.Combine(results, $"{date}-benchmarks.md"), args, summaries);
FramesChart.Save(Path.Combine(results, "frames.svg"), new Measurements(summaries));
return 0;
