using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Yarp.ReverseProxy.Configuration;

namespace LoadTests.Scenarios.Compare;

/// <summary>Plain YARP as a program, for the comparison alone.</summary>
internal static partial class YarpCommand
{
    public const string Name = "yarp";

    private const string ListensText = "YARP listens";

    public static Command Create()
    {
        var port = new Option<int>("--port") { Required = true };
        var upstream = new Option<string>("--upstream") { Required = true };
        var certificate = new Option<string?>("--certificate");
        var key = new Option<string?>("--key");
        var command = new Command(Name, "Plain YARP, for the comparison") { port, upstream, certificate, key };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(parsed.GetValue(port), listen =>
            {
                if (parsed.GetValue(certificate) is { } file)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(file, parsed.GetValue(key)));
                }
            }));
            builder.Services.AddReverseProxy().LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "origin", Match = new RouteMatch { Path = "{**rest}" } }],
                [new ClusterConfig { ClusterId = "origin", Destinations = new Dictionary<string,
                    DestinationConfig> { ["one"] = new() { Address = parsed.GetValue(upstream)! } } }]);
            await using var app = builder.Build();
            app.MapReverseProxy();
            await app.StartAsync(cancellation);
            Console.WriteLine(ListensText);
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        });
        return command;
    }

    [GeneratedRegex("^" + ListensText)]
    public static partial Regex Listens();
}
