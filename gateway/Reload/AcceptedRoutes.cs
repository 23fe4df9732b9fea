using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Tree;

namespace SseGateway.Reload;

/// <summary>
/// The section <c>ReverseProxy</c> as it was last found right. YARP reads this copy and not the live configuration, so that a broken file
/// changes nothing, and routes never change without the settings that hold on them.
/// </summary>
/// <param name="tree">The root that has the section.</param>
internal sealed class AcceptedRoutes(SettingNode tree) : IConfiguration
{
    public const string Section = "ReverseProxy";

    private IConfigurationSection _section = tree.GetSection(Section);
    private ConfigurationReloadToken _token = new();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">It is set.</exception>
    public string? this[string key]
    {
        get => Volatile.Read(ref _section)[key];
        set => throw new NotSupportedException("What was accepted is not written to.");
    }

    /// <inheritdoc/>
    public IConfigurationSection GetSection(string key) => Volatile.Read(ref _section).GetSection(key);

    /// <inheritdoc/>
    public IEnumerable<IConfigurationSection> GetChildren() => Volatile.Read(ref _section).GetChildren();

    /// <summary>Fires with the next <see cref="Replace"/>.</summary>
    public IChangeToken GetReloadToken() => Volatile.Read(ref _token);

    /// <param name="tree">The root that has the section.</param>
    public void Replace(SettingNode tree)
    {
        Volatile.Write(ref _section, tree.GetSection(Section));
        Interlocked.Exchange(ref _token, new()).OnReload();
    }
}
