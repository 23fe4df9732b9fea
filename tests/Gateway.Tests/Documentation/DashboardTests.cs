using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Tests.Documentation;

/// <summary>The dashboard and the alert rules in docs/dashboards name metrics and labels that the gateway has.</summary>
public sealed partial class DashboardTests
{
    // What Prometheus adds to every series of a target, or makes of a histogram.
    private static readonly string[] Prometheus = ["instance", "le"];

    private static readonly Dictionary<string, string[]> Metrics = DocsTable.Read("operating.md", "Metric", "Type", "Labels", "Unit", "Meaning").ToDictionary(
        row => row["Metric"], row => row["Labels"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("grafana.json")]
    [InlineData("alerts.yml")]
    public void Names_only_metrics_and_labels_that_there_are(string file)
    {
        var expressions = Expressions(file);
        Assert.True(expressions.Count > 5);
        foreach (var expression in expressions)
        {
            var named = MetricName().Matches(expression).Select(match => HistogramSuffix().Replace(match.Value, "")).ToArray();
            Assert.NotEmpty(named);
            var labels = named.SelectMany(name => Metrics.GetValueOrDefault(name) ?? throw new KeyNotFoundException($"{name} in {expression}")).ToHashSet();
            var used = Selector().Matches(expression).Select(match => match.Groups[1].Value)
                .Concat(Grouping().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)));
            Assert.Empty(used.Except(labels).Except(Prometheus));
        }
    }

    [Fact]
    public void Every_metric_is_on_the_dashboard()
    {
        var shown = Expressions("grafana.json").SelectMany(expression => MetricName().Matches(expression))
            .Select(match => HistogramSuffix().Replace(match.Value, ""));
        Assert.Empty(Metrics.Keys.Except(shown));
    }

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        Process promtool;
        try
        {
            promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "rules", PathOf("alerts.yml")]) { RedirectStandardError = true })!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("There is no promtool here (Debian's prometheus).");
            throw;
        }

        using (promtool)
        {
            Assert.Equal("", await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, promtool.ExitCode);
        }
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "docs", "dashboards", file);

    private static List<string> Expressions(string file)
    {
        var text = File.ReadAllText(PathOf(file));
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            using var dashboard = JsonDocument.Parse(text);
            return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!)];
        }

        return [.. RuleExpression().Matches(text).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex("sse_gateway_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex("[{,]([a-z_]+)[=!]")]
    private static partial Regex Selector();

    [GeneratedRegex(@"by \(([a-z_, ]+)\)")]
    private static partial Regex Grouping();

    // On one line, or folded over several that are indented further.
    [GeneratedRegex(@"expr: (?:>-)?((?:.*)(?:\n {10}.*)*)")]
    private static partial Regex RuleExpression();
}
