using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Configuration.Tree;

/// <summary>A configuration of many routes, each with settings of its own, that counts how often its keys are gone through.</summary>
internal sealed class CountingSource : ConfigurationProvider, IConfigurationSource
{
    public CountingSource(int routes)
    {
        Data["ReverseProxy:Clusters:c:Destinations:d:Address"] = "http://127.0.0.1:1";
        for (var route = 0; route < routes; route++)
        {
            Data[$"ReverseProxy:Routes:r{route}:ClusterId"] = "c";
            Data[$"ReverseProxy:Routes:r{route}:Match:Path"] = $"/{route}";
            Data[$"SseGateway:Routes:r{route}:Heartbeat"] = "20s";
        }
    }

    public int Asked { get; private set; }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        Asked++;
        return base.GetChildKeys(earlierKeys, parentPath);
    }
}
