using System.Net;
using System.Text.Json;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Serve;

/// <summary>
/// The side channel (catalogue, section 0.7), as JSON over HTTP: <c>POST /runs</c> begins a run, <c>POST /runs/TOKEN/reports</c> says what its
/// reader has seen, <c>GET /runs/TOKEN</c> what the server has, <c>DELETE /runs/TOKEN</c> ends it.
/// </summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly WebApplication _app;

    private ControlListener(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <exception cref="IOException">The address is not free.</exception>
    public static async Task<ControlListener> StartAsync(IPEndPoint address, CaseServer cases)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address);
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, cases));
        await app.StartAsync();
        return new ControlListener(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, CaseServer cases)
    {
        string[] path = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (status, answer) = (context.Request.Method, path) switch
        {
            ("POST", ["runs"]) => await BeginAsync(context, cases),
            ("GET", ["runs", var token]) when cases.Find(token) is { } run => (200, Show(run)),
            ("POST", ["runs", var token, "reports"]) when cases.Find(token) is { } run => await ReportAsync(context, run),
            ("DELETE", ["runs", var token]) when cases.Forget(token) => (204, (object?)null),
            _ => (404, new { error = "POST /runs, GET /runs/TOKEN, POST /runs/TOKEN/reports, DELETE /runs/TOKEN" }),
        };
        context.Response.StatusCode = status;
        if (answer is not null)
        {
            await context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
        }
    }

    private static async Task<(int Status, object? Answer)> BeginAsync(HttpContext context, CaseServer cases)
    {
        try
        {
            var asked = await JsonSerializer.DeserializeAsync<RunRequest>(context.Request.Body, Json, context.RequestAborted) ?? new RunRequest("");
            var run = cases.Begin(asked.Case, asked.Variant, asked.Profile, asked.Lockstep);
            return (201, new { run = run.Token, run.Url, @case = run.Script.Id, variant = run.Run.Name });
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            return (400, new { error = wrong.Message });
        }
    }

    private static async Task<(int Status, object? Answer)> ReportAsync(HttpContext context, ServedRun run)
    {
        using var reader = new StreamReader(context.Request.Body);
        var taken = 0;
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            if (ClientReport.Parse(line) is { } report)
            {
                run.Seen.Add(report);
                taken++;
            }
        }

        return (200, new { taken, events = run.Seen.EventCount });
    }

    private static object Show(ServedRun run) => new
    {
        run = run.Token,
        run.Url,
        @case = run.Script.Id,
        variant = run.Run.Name,
        events = run.Seen.EventCount,
        held = run.Seen.Held,
        requests = run.Seen.Answers.Select(answer => new
        {
            answer.Exchange.Request.StartLine,
            fields = answer.Exchange.Request.Fields.Select(field => $"{field.Key}: {Bytes.Escape(Bytes.Of(field.Value), 4096)}"),
            body = Bytes.Escape(answer.Body, 4096),
            answer.Exchange.Protocol,
            answer.Exchange.Connection,
            answer.Exchange.ArrivedMs,
            answer.EndedMs,
            peerClosedMs = answer.EndedMs is null && answer.Exchange.PeerClosed is { IsCompletedSuccessfully: true } peer ? peer.Result.Ms : (double?)null,
        }),
    };
}
