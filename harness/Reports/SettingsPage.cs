using System.Globalization;
using System.Net;
using System.Text;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>"Which proxy settings does SSE need": of each product what fails as it comes, the settings, what they heal, and what remains.</summary>
internal static class SettingsPage
{
    /// <param name="runs">Of products, as little configured as they can be and as well (<see cref="Product"/>).</param>
    public static string Of(IReadOnlyList<RunReport> runs)
    {
        var products = Product.Of(runs);
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture,
            $"<nav>{string.Concat(products.Select(product => $"<a href=\"#{Text(product.Name)}\">{Text(product.Name)}</a>"))}</nav>");
        foreach (var product in products)
        {
            Append(body, product);
        }

        return HtmlReport.Asset("settings.html").Replace("{{style}}", HtmlReport.Asset("settings.css"), StringComparison.Ordinal)
            .Replace("{{body}}", body.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What a failure means to people: a sentence.</summary>
    public static string Sentence(CaseResult result) =>
        CaseCatalogue.Instance.Find(result.Id) is { } row ? row.Fails ?? $"It fails: {CaseText.Plain(row.Title)}." : "It fails.";

    private static void Append(StringBuilder body, Product product)
    {
        var run = product.Best ?? product.Smallest!;
        body.Append(
            CultureInfo.InvariantCulture, $"<section id=\"{Text(product.Name)}\"><h2>{Text(product.Name)} <small>{Text(run.TargetVersion ?? "")}</small></h2>");
        var healed = product.Healed();
        var settings = product.Settings();
        if (product.Smallest is not null)
        {
            AppendCases(body, healed.Count == 0 ? "Nothing fails as it comes that a setting heals." : "As it comes, and healed by the settings below", healed);
        }

        if (settings.Count > 0)
        {
            body.Append(product.Smallest is null ? "<h3>Settings</h3>" : "<h3>Settings that it needs</h3>");
            foreach (var (file, lines) in settings)
            {
                body.Append(CultureInfo.InvariantCulture, $"<pre title=\"{Text(file)}\">{Text(string.Join('\n', Outdented(lines)))}</pre>");
            }
        }

        AppendCases(body, product.Remaining().Count == 0 ? "Nothing fails that was asked." : "What remains", product.Remaining());
        body.Append(
            CultureInfo.InvariantCulture, $"<p class=\"key\">{Text(run.Note ?? "")} {run.Started:yyyy-MM-dd}, {run.Results.Count} cases.</p></section>");
    }

    // One sentence once, with the cases that say it.
    private static void AppendCases(StringBuilder body, string head, IReadOnlyList<CaseResult> results)
    {
        body.Append(CultureInfo.InvariantCulture, $"<h3>{Text(head)}</h3>");
        if (results.Count == 0)
        {
            return;
        }

        body.Append("<ul>");
        foreach (var some in results.GroupBy(Sentence))
        {
            body.Append(
                CultureInfo.InvariantCulture, $"<li>{Text(some.Key)} <code>{Text(string.Join(' ', some.Select(result => result.RunId())))}</code></li>");
        }

        body.Append("</ul>");
    }

    private static IEnumerable<string> Outdented(IReadOnlyList<string> lines)
    {
        var indent = lines.Min(line => line.Length - line.TrimStart().Length);
        return lines.Select(line => line[indent..]);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text).Replace("{", "&#123;", StringComparison.Ordinal);
}
