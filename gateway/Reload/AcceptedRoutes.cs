namespace SseGateway.Reload;

/// <summary>
/// The section <c>ReverseProxy</c> as it was last found right. YARP reads this copy and not the live configuration, so that a broken file
/// changes nothing, and routes never change without the settings that hold on them.
/// </summary>
internal sealed class AcceptedRoutes : ConfigurationProvider, IConfigurationSource
{
    public const string Section = "ReverseProxy";

    private AcceptedRoutes(IConfiguration configuration)
    {
        Copy(configuration);
        Configuration = new ConfigurationBuilder().Add(this).Build();
    }

    /// <summary>What YARP is given; its reload token fires with <see cref="Replace"/>.</summary>
    public IConfiguration Configuration { get; }

    /// <param name="configuration">The root that has the section.</param>
    public static AcceptedRoutes From(IConfiguration configuration) => new(configuration);

    /// <inheritdoc cref="From"/>
    public void Replace(IConfiguration configuration)
    {
        Copy(configuration);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Copy(IConfiguration configuration) => Data = configuration.GetSection(Section).AsEnumerable(makePathsRelative: true)
        .Where(pair => pair.Key.Length > 0)
        .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
}
