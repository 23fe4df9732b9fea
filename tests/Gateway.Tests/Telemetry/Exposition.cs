using System.Globalization;
using Gateway.Tests.Running;

namespace Gateway.Tests.Telemetry;

/// <summary>What <c>/metrics</c> says: every sample by its name and labels, as they are written there.</summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    private Exposition(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _samples.Add(line[..end], double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture));
        }
    }

    public string Text { get; }

    /// <summary>The names with their labels.</summary>
    public IEnumerable<string> Samples => _samples.Keys;

    /// <summary>Null when there is no such sample.</summary>
    public double? this[string sample] => _samples.TryGetValue(sample, out var value) ? value : null;

    /// <summary>Asks, and once more after a 500, as a scraper does: the exporter has given one in thousands, as a stream was closed.</summary>
    public static async Task<Exposition> ReadAsync(GatewayUnderTest gateway)
    {
        using var first = await gateway.Admin.GetAsync(new Uri("/metrics", UriKind.Relative));
        return new(first.StatusCode == System.Net.HttpStatusCode.InternalServerError
            ? await gateway.Admin.GetStringAsync("/metrics") : await first.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }
}
