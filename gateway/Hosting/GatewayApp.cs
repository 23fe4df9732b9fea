
namespace SseGateway;

/// <summary>The gateway as a program: builds the host from a command line and runs it.</summary>
public static class GatewayApp
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddSseGateway();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapSseGateway();
        return app;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = Build(args);
        await app.RunAsync();
        return 0;
    }
}
