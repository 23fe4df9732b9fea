using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;

namespace LoadTests.Scenarios.Tokens;

/// <summary>Each client asks with a POST and gets an answer of its own, token by token: how old is a token when it is there, and does each answer come
/// whole?</summary>
internal sealed class TokensScenario(LoadOptions options, TokensOptions tokens) : LoadScenario(options)
{
    private static readonly byte[] Prompt = """{"prompt":"Say something long.","stream":true}"""u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // All at once, and those that are over.
    private static readonly string[] Kept =
        ["--SseGateway:Keep:Enabled=true", "--SseGateway:Keep:Answers=1000000", "--SseGateway:Keep:AnswersPerSubject=1000000"];

    private SteadyState? _steady;
    private long? _asked;

    public override string Name => "tokens";

    public override string Question =>
        "Each client POSTs and gets an answer of its own, token by token: how old is a token when it is there, and does each answer come whole?";

    private int Tokens => Math.Max(1, (int)(Options.Rate * Options.Hold.TotalSeconds));

    public override Task<TestBed> StartAsync(CancellationToken cancellation) =>
        TestBed.StartAsync(Options, tokens.Keep ? Kept : [], cancellation, Tokens, Options.Hold);

    public override LoadClient CreateClient(int number, Place place, IMeasured measured) =>
        new TokensClient(RequestTo(place) with { Method = "POST", Body = Prompt, From = Place.AddressOf(number) }, measured, Tokens, IsLeaving(number));

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        // With clients that are away there is no moment at which all are there, but for the end.
        if (tokens.Leaving == 0)
        {
            _steady = new SteadyState(conductor);
            await conductor.UntilAsync(counts => Over(counts) + counts.Open >= Options.Clients, Options.Ramp + Patience, cancellation);
            _steady.AllOpen();
            _steady.Begin();
            conductor.Mark("all asked");
            await Task.Delay(Options.Hold / 2, cancellation);
            _steady.End();
        }

        await conductor.UntilAsync(counts => Over(counts) >= Options.Clients, Options.Ramp + Options.Hold + Patience, cancellation);
        _asked = conductor.Bed.Origin is { } origin ? await origin.AskedAsync(cancellation) : null;
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        result.Figures.AddRange(_steady?.Figures ?? []);
        requirements
            .NothingLost(result)
            .Add(
                "every answer comes whole, to its [DONE]",
                result.Counts.Whole == Options.Clients,
                $"{result.Counts.Whole} of {Options.Clients} with {Tokens} tokens, {result.Counts.Cut + result.Counts.Ended} cut short, "
                    + $"{result.Counts.Failed} failed, {result.Counts.Refused} refused");
        if (_asked is { } asked)
        {
            requirements.Add("no POST is repeated", asked == Options.Clients, $"{asked} at the service, of {Options.Clients} clients");
        }

        if (tokens.Leaving > 0)
        {
            var leaving = Enumerable.Range(0, Options.Clients).Count(IsLeaving);
            requirements.Add("so many were cut and came back", result.Counts.Reconnects >= leaving, $"{result.Counts.Reconnects} came back, of {leaving}");
        }
    }

    // Evenly among them, as they come.
    private bool IsLeaving(int number) => (int)((number + 1) * tokens.Leaving) > (int)(number * tokens.Leaving);

    private static long Over(Counts counts) => counts.Whole + counts.Ended + counts.Cut + counts.Failed + counts.Refused;
}
