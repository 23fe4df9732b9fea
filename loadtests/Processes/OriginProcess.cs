using System.Globalization;
using System.Text.RegularExpressions;
using LoadTests.Origins;

namespace LoadTests.Processes;

/// <summary>The origin as a process of its own, so that what it costs is not counted to the clients.</summary>
internal sealed partial class OriginProcess : IAsyncDisposable
{
    private readonly StartedLine _listens = new("the origin", ListensLine());
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ChildProcess _process;

    private OriginProcess(OriginOptions options) => _process = ChildProcess.StartBuilt(
        "LoadTests.dll",
        [
            "origin", "--owned",
            "--port", Text(options.Port),
            "--size", Text(options.Size),
            "--tokens", Text(options.Tokens),
            "--answer-seconds", Text((int)options.AnswerLength.TotalSeconds),
        ],
        line => _listens.Take(line),
        _listens.Complain);

    public Uri Streams { get; private set; } = null!;

    private Uri Control { get; set; } = null!;

    /// <exception cref="IOException">It ended instead.</exception>
    public static async Task<OriginProcess> StartAsync(OriginOptions options, CancellationToken cancellation)
    {
        var origin = new OriginProcess(options);
        try
        {
            var said = await origin._listens.WaitAsync(origin._process, cancellation);
            (origin.Streams, origin.Control) = (new Uri(said.Groups[1].Value), new Uri(said.Groups[2].Value));
            return origin;
        }
        catch
        {
            await origin.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins to produce events, for all streams.</summary>
    public Task ProduceAsync(double perSecond, CancellationToken cancellation) =>
        TellAsync(string.Create(CultureInfo.InvariantCulture, $"/start?rate={perSecond}"), cancellation);

    /// <summary>Produces no more.</summary>
    /// <returns>The number of the newest event.</returns>
    public Task<long> StopAsync(CancellationToken cancellation) => TellAsync("/stop", cancellation);

    /// <summary>How many answers were asked for so far.</summary>
    public Task<long> AskedAsync(CancellationToken cancellation) => TellAsync("/asked", cancellation);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private async Task<long> TellAsync(string what, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsync(new Uri(Control, what), null, cancellation);
        answer.EnsureSuccessStatusCode();
        return long.Parse(await answer.Content.ReadAsStringAsync(cancellation), CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^streams (http://[0-9.:]+) control (http://[0-9.:]+)")]
    private static partial Regex ListensLine();
}
