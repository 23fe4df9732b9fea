using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Running.Crowds;

namespace LoadTests.Running;

/// <summary>The processes that are put under load, or the address of what runs already.</summary>
internal sealed class TestBed(Place place) : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private IReadOnlyList<string> _gatewayArguments = [];
    private TemporaryCertificate? _certificate;

    public Place Place { get; } = place;

    /// <summary>Null with a target of somebody else's.</summary>
    public OriginProcess? Origin { get; private init; }

    /// <summary>Null with a target of somebody else's, and while there is none.</summary>
    public GatewayProcess? Gateway { get; private set; }

    /// <summary>A gateway in front of an origin, or what the options name instead.</summary>
    public static async Task<TestBed> StartAsync(LoadOptions options, IReadOnlyList<string> gatewayArguments, CancellationToken cancellation, int tokens = 1000,
        TimeSpan? answer = null)
    {
        if (options.Target is { } target)
        {
            return new TestBed(new Place(target));
        }

        var certificate = options.Tls ? new TemporaryCertificate() : null;
        OriginProcess? origin = null;
        try
        {
            origin = await OriginProcess.StartAsync(new OriginOptions(0, options.Size, tokens, answer ?? TimeSpan.FromSeconds(20)), cancellation);
            string[] arguments = ["--upstream", origin.Streams.ToString(), .. options.Share ? (string[])["--share", "true"] : [], .. gatewayArguments,
                .. options.Gateway];
            var gateway = await GatewayProcess.StartAsync(arguments, cancellation, certificate: certificate);
            return new TestBed(new Place(new Uri(gateway.Address, "/events")))
            {
                Origin = origin,
                Gateway = gateway,
                _gatewayArguments = arguments,
                _certificate = certificate,
            };
        }
        catch
        {
            await (origin?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (certificate?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>A gateway of the scenario's own making, or none where the scenario has several, with what stands behind it.</summary>
    public static TestBed Of(Place place, GatewayProcess? gateway, OriginProcess? origin, params IAsyncDisposable[] behind)
    {
        var bed = new TestBed(place) { Gateway = gateway, Origin = origin };
        bed._owned.AddRange(behind);
        return bed;
    }

    /// <summary>Ends the gateway, at once or as an operator does, and starts it again at the same address.</summary>
    public async Task RestartGatewayAsync(bool gently, CancellationToken cancellation)
    {
        var gateway = Gateway ?? throw new InvalidOperationException("There is no gateway of the scenario's own.");
        Gateway = null;
        if (gently)
        {
            await gateway.TerminateAsync(cancellation);
            await gateway.WaitForExitAsync(TimeSpan.FromMinutes(2), cancellation);
        }

        await gateway.DisposeAsync();
        Gateway = await GatewayProcess.StartAsync(_gatewayArguments, cancellation, gateway.Address.Port, _certificate);
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        if (Origin is not null)
        {
            await Origin.DisposeAsync();
        }

        if (_certificate is not null)
        {
            await _certificate.DisposeAsync();
        }

        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }
}
