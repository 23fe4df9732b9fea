using SseGateway.Configuration.Tree;

namespace SseGateway.Reload;

internal static class ReloadExtensions
{
    /// <summary>Gives YARP the section <c>ReverseProxy</c>, and keeps it and all settings up to date.</summary>
    public static IReverseProxyBuilder AddSettingsReload(this IReverseProxyBuilder yarp, IConfiguration configuration, ReloadSource source)
    {
        var routes = new AcceptedRoutes(SettingTree.Read(configuration));
        yarp.Services.AddSingleton(source);
        yarp.Services.AddSingleton(routes);
        yarp.Services.AddSingleton<SettingsStamp>();
        yarp.Services.AddSingleton<SettingsReload>();
        yarp.Services.AddHostedService<ReloadWatch>();
        yarp.Services.AddSingleton<Yarp.ReverseProxy.Configuration.IProxyConfigFilter>(services => services.GetRequiredService<SettingsStamp>());
        return yarp.LoadFromConfig(routes);
    }
}
