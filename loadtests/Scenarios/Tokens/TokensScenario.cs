using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;

namespace LoadTests.Scenarios.Tokens;

/// <summary>Each client asks with a POST and gets an answer of its own, token by token: how old is a token when it is there, and does each answer come
/// whole?</summary>
internal sealed class TokensScenario(LoadOptions options) : LoadScenario(options)
{
    private static readonly byte[] Prompt = """{"prompt":"Say something long.","stream":true}"""u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SteadyState? _steady;

    public override string Name => "tokens";

    public override string Question =>
        "Each client POSTs and gets an answer of its own, token by token: how old is a token when it is there, and does each answer come whole?";

    private int Tokens => Math.Max(1, (int)(Options.Rate * Options.Hold.TotalSeconds));

    public override Task<TestBed> StartAsync(CancellationToken cancellation) => TestBed.StartAsync(Options, [], cancellation, Tokens, Options.Hold);

    public override LoadClient CreateClient(int number, Place place, IMeasured measured) =>
        new TokensClient(RequestTo(place) with { Method = "POST", Body = Prompt, From = Place.AddressOf(number) }, measured, Tokens);

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        _steady = new SteadyState(conductor);
        await conductor.UntilAsync(counts => Over(counts) + counts.Open >= Options.Clients, Options.Ramp + Patience, cancellation);
        _steady.AllOpen();
        _steady.Begin();
        conductor.Mark("all asked");
        await Task.Delay(Options.Hold / 2, cancellation);
        _steady.End();
        await conductor.UntilAsync(counts => Over(counts) >= Options.Clients, Options.Hold + Patience, cancellation);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        result.Figures.AddRange(_steady?.Figures ?? []);
        requirements
            .NothingLost(result)
            .Add(
                "every answer comes whole, to its [DONE]",
                result.Counts.Whole == Options.Clients,
                $"{result.Counts.Whole} of {Options.Clients} with {Tokens} tokens, {result.Counts.Cut + result.Counts.Ended} cut short, {result.Counts.Failed} failed, {result.Counts.Refused} refused");
    }

    private static long Over(Counts counts) => counts.Whole + counts.Ended + counts.Cut + counts.Failed + counts.Refused;
}
