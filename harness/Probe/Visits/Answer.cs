namespace SseGateway.Harness.Probe.Visits;

/// <summary>The head of an answer to a request that is no stream.</summary>
/// <param name="Status">Null when none came.</param>
/// <param name="Problem">Why none came.</param>
/// <param name="Ms">How long it took.</param>
internal sealed record Answer(int? Status, string? Problem, double Ms)
{
    /// <summary>The answer's fields, names in any case; several of one name apart.</summary>
    public ILookup<string, string> Fields { get; init; } = Array.Empty<string>().ToLookup(name => name);

    /// <summary>The values of a field joined; null when it is not there.</summary>
    public string? Header(string name) => Fields.Contains(name) ? string.Join(", ", Fields[name]) : null;

    /// <summary>Sends a request and waits for its head.</summary>
    /// <param name="options">What is looked at.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="headers">Of the request.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<Answer> GetAsync(
        ProbeOptions options, HttpMethod method, IEnumerable<KeyValuePair<string, string>> headers, TimeSpan limit, CancellationToken cancellation)
    {
        using var client = new ProbeClient(options);
        using var time = new CancellationTokenSource(limit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            using var response = await client.SendAsync(method, headers, either.Token);
            var fields = response.Headers.Concat(response.Content.Headers).SelectMany(field => field.Value.Select(value => (field.Key, value)));
            return new Answer((int)response.StatusCode, null,
                client.ElapsedMs)
            { Fields = fields.ToLookup(field => field.Key, field => field.value, StringComparer.OrdinalIgnoreCase) };
        }
        catch (OperationCanceledException)
        {
            return new Answer(null, $"no answer within {limit.TotalSeconds:0} s", client.ElapsedMs);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new Answer(null, failure.Message.ReplaceLineEndings(" "), client.ElapsedMs);
        }
    }
}
