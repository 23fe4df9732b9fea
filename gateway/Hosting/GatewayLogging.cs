using Microsoft.Extensions.Configuration.Memory;

namespace SseGateway.Hosting;

/// <summary>What the gateway's process prints.</summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(this WebApplicationBuilder builder)
    {
        // Defaults only, below every other source: a `Logging` section of the operator's wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
                new("Logging:LogLevel:Microsoft.AspNetCore.DataProtection", "Error"),
                new("Logging:LogLevel:Yarp", "Warning"),
            ],
        });

        // Not defaults but rules: these print the whole request target, token in the query included, before any code of ours
        // can take it out (DESIGN section 3, PITFALLS 32). Configuration cannot switch them on again.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Warning);
    }
}
