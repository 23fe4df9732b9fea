namespace SseGateway.Configuration.Settings;

/// <summary>
/// The settings that hold for requests from now on. A reload puts others in their place, whole and checked; streams that live keep those
/// they were opened with.
/// </summary>
internal sealed class CurrentSettings(GatewaySettings settings)
{
    private volatile GatewaySettings _value = settings;

    /// <summary>Read it once for a request, so that all of the request sees the same.</summary>
    public GatewaySettings Value => _value;

    public void Replace(GatewaySettings settings) => _value = settings;
}
