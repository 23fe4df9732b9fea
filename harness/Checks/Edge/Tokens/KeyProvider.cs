using System.Text.Json.Nodes;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>An OpenID provider as far as its keys go (OpenID Connect Discovery 1.0, section 4).</summary>
internal sealed class KeyProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile string _keys = """{"keys":[]}""";
    private int _fetches;

    private KeyProvider(WebApplication app) => _app = app;

    /// <summary>How often the keys were fetched.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    /// <param name="address">Where it listens; its issuer.</param>
    public static async Task<KeyProvider> StartAsync(Uri address)
    {
        var issuer = address.GetLeftPart(UriPartial.Authority);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(issuer);
        var app = builder.Build();
        var provider = new KeyProvider(app);
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            if (context.Request.Path == "/keys")
            {
                Interlocked.Increment(ref provider._fetches);
                await context.Response.WriteAsync(provider._keys, context.RequestAborted);
                return;
            }

            await context.Response.WriteAsync(new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = issuer + "/keys" }.ToJsonString(), context.RequestAborted);
        });
        await app.StartAsync();
        return provider;
    }

    /// <summary>These are the keys from now on.</summary>
    public void Publish(params JsonObject[] keys) => _keys = new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
